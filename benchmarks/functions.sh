# shellcheck shell=bash
# What the benchmarks share; sourced by them. Callers set `work`, a directory that they remove.

# need PROGRAM...: says at once what is missing
need() {
    local program
    for program; do
        command -v "$program" >/dev/null || { echo "$program: not found (expected: on the PATH)" >&2; exit 2; }
    done
}

# read_set DIR: nodes, server_pids (master, replica), master, sentinels, master_name of a local set
read_set() {
    local file=$1/set.properties i role address
    [ -r "$file" ] || { echo "$file: not there (expected: a local set that runs)" >&2; exit 1; }
    property() { sed -n "s/^$1=//p" "$file"; }
    master_name=$(property master-name)
    sentinels='' nodes=() server_pids=(0 0) master=''
    for i in 1 2 3; do
        sentinels+=${sentinels:+,}$(property "sentinel-$i.host"):$(property "sentinel-$i.port")
    done
    for i in 1 2; do
        address=$(property "redis-$i.host"):$(property "redis-$i.port")
        nodes+=("$address")
        role=$(redis "$address" role | head -n 1)
        if [ "$role" = master ]; then
            master=$address
            server_pids[0]=$(cat "$1/redis-$i/server.pid")
        else
            server_pids[1]=$(cat "$1/redis-$i/server.pid")
        fi
    done
    [ -n "$master" ] || { echo "$1: no node says that it is master (expected: one)" >&2; exit 1; }
}

# redis HOST:PORT COMMAND...
redis() {
    local at=$1
    shift
    redis-cli -h "${at%:*}" -p "${at#*:}" "$@"
}

# take_room: what a benchmark needs of the nodes. They write their append-only files anew between two runs (empty)
# and not in the middle of one; at a gigabyte in ten seconds they would fill the disk.
take_room() {
    local node
    for node in "${nodes[@]}"; do
        redis "$node" config set maxmemory 8gb auto-aof-rewrite-percentage 0 >/dev/null
    done
}

# empty KEY...: removes what a run has written, in memory and on the disk
empty() {
    local node
    redis "$master" unlink "$@" >/dev/null
    for node in "${nodes[@]}"; do
        redis "$node" bgrewriteaof >/dev/null
        await "the append-only file of $node" rewritten "$node"
    done
}
rewritten() {
    redis "$1" info persistence | grep -q '^aof_rewrite_in_progress:0' &&
        redis "$1" info persistence | grep -q '^aof_rewrite_scheduled:0'
}

# cpu PID...: hundredths of a second of each
cpu() {
    local pid
    for pid; do
        awk '{ sub(/.*\) /, ""); printf "%d ", $12 + $13 }' "/proc/$pid/stat"
    done
}

# rss PID: MB
rss() {
    awk '$1 == "VmRSS:" { printf "%d", $2 / 1024 }' "/proc/$1/status"
}

# await WHAT COMMAND...: until it succeeds
await() {
    local what=$1 tries=0
    shift
    until "$@" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { echo "$what: not there after 60 s" >&2; exit 1; }
        sleep 0.2
    done
}

# The page cache then holds all that is free: what is written next goes to pages that were touched before. A sparse
# file, so nothing is read from the disk.
fill_page_cache() {
    if ! [ -e "$work/fill" ]; then
        truncate -s "$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)K" "$work/fill"
    fi
    cat "$work/fill" >/dev/null
}
