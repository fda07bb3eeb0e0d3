# shellcheck shell=bash disable=SC2034  # some of what is set here only the commands read
# What the operator commands share. Sourced by bash, never run. Sets `root` (the project's directory) and
# moves there: compose files and .env are found in it.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root" || exit 1
me=${0##*/}

network=detektor-network
project=detektor
sentinels=(sentinel-1 sentinel-2 sentinel-3)
# every data node that the compose files can start; the last one only in the profile three-node
nodes=(redis-master redis-slave redis-slave-2)
apps=(frame-buffer telegram-alerts)
single_service=redis
single=$project-redis-1
secrets=/run/redis-secrets

# ---------------------------------------------------------------- exit codes, words

# 0 done, 1 a check failed or not possible (nothing is changed, or all is back as it was), 2 a mistake on
# the command line or in a setting, 3 stopped in the middle: the last line says what is left to do
not_possible=1
mistake=2
half_done=3

# give_up STATUS TEXT...
give_up() {
    local status=$1
    shift
    echo "$me: $*" >&2
    exit "$status"
}

# step TEXT...: what is being done, with the time, so that a log of it tells how long each took
step() { echo "$(date +%H:%M:%S)  $*"; }

passed=0
failed=0
warned=0
# line WORD NAME TEXT...
line() {
    local word=$1 name=$2
    shift 2
    printf '%-5s %-25s %s\n' "$word" "$name" "$*"
}
pass() { line PASS "$@" && passed=$((passed + 1)); }
fail() { line FAIL "$@" && failed=$((failed + 1)); }
warn() { line WARN "$@" && warned=$((warned + 1)); }
# check NAME TEXT COMMAND...: PASS when the command succeeds, otherwise FAIL
check() {
    local name=$1 text=$2
    shift 2
    if "$@"; then pass "$name" "$text"; else fail "$name" "$text"; fi
}
heading() { printf '\n%s\n' "$*"; }
# summary: the last line; its status is that of the command
summary() {
    printf '\n%s passed, %s warnings, %s failed\n' "$passed" "$warned" "$failed"
    [ "$failed" -eq 0 ]
}

now_ms() { date +%s%3N; }
# seconds MS: with one decimal
seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f s", ms / 1000 }'; }
# size BYTES: as a person reads it
size() {
    awk -v b="$1" 'BEGIN {
        split("B KB MB GB TB", unit); i = 1
        while (b >= 1024 && i < 5) { b /= 1024; i++ }
        printf i == 1 ? "%d %s" : "%.1f %s", b, unit[i] }'
}

# option_value NAME VALUE...: the value of an option, which must be there
option_value() {
    [ -n "${2:-}" ] || give_up $mistake "$1: no value given (see ./detektor $me --help)"
    printf '%s' "$2"
}
unknown_argument() { give_up $mistake "$1: unknown argument (see ./detektor $me --help)"; }
# is_number TEXT
is_number() { [[ $1 =~ ^[0-9]{1,9}$ ]]; }

# confirm TEXT: asks, unless --yes was given (yes=yes); without a terminal nobody can answer
confirm() {
    local answer
    [ "${yes:-no}" = no ] || return 0
    [ -t 0 ] || give_up $mistake "$1: not confirmed (expected: --yes, as there is no terminal to ask on)"
    read -r -p "$1 [y/N] " answer
    [[ $answer =~ ^[yY] ]] || give_up $not_possible "not confirmed: nothing was changed"
}

# ---------------------------------------------------------------- Docker

need_docker() {
    command -v docker >/dev/null ||
        give_up $not_possible "docker: not found (expected: Docker Engine and Compose 2 on this host)"
    local answer
    answer=$(docker info --format '{{.ServerVersion}}' 2>&1) ||
        give_up $not_possible "docker: the engine does not answer: ${answer##*$'\n'}" \
            "(expected: a running engine that this user may use; a retry helps once it runs)"
    find_compose || give_up $not_possible "$compose_problem"
}

# find_compose: sets compose_command, or compose_problem
compose_command=()
find_compose() {
    local version
    compose_problem="docker compose: not found (expected: Compose 2.20 or later, or docker-compose of that version)"
    if version=$(docker compose version --short 2>/dev/null) && [[ ${version#v} =~ ^([2-9]|[1-9][0-9])\. ]]; then
        compose_command=(docker compose)
    elif version=$(docker-compose version --short 2>/dev/null) && [[ ${version#v} =~ ^([2-9]|[1-9][0-9])\. ]]; then
        compose_command=(docker-compose)
    elif [ -n "$version" ]; then
        compose_problem="docker-compose: version $version cannot read these files"
        compose_problem+=" (expected: Compose 2.20 or later, for instance the package docker-compose-plugin)"
        return 1
    else
        return 1
    fi
    compose_version=${version#v}
    # depends_on with "required"
    if awk -v v="$compose_version" 'BEGIN { split(v, x, "."); exit !(x[1] == 2 && x[2] + 0 < 20) }'; then
        compose_problem="docker compose: version $compose_version (expected: 2.20 or later)"
        return 1
    fi
}

# compose ARGUMENT...: on the project's own files, whatever directory the user is in
compose() { "${compose_command[@]}" --project-directory "$root" "$@"; }
# the same for changes: its progress is shown only if it fails
compose_quietly() {
    local output
    output=$(compose --progress plain "$@" 2>&1 </dev/null) || {
        printf '%s\n' "$output" | tail -n 15 | sed 's/^/          /' >&2
        return 1
    }
}

# setting NAME DEFAULT: from the environment, else from .env, as Compose has it
setting() {
    local value
    if [ -n "${!1+set}" ]; then
        value=${!1}
    elif [ -r .env ]; then
        value=$(sed -n "s/^[[:space:]]*\(export[[:space:]][[:space:]]*\)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" .env |
            tail -n 1 | sed -e 's/^"\(.*\)"[[:space:]]*$/\1/' -e "s/^'\(.*\)'[[:space:]]*$/\1/" \
            -e 's/[[:space:]][[:space:]]*#.*$//' -e 's/[[:space:]]*$//')
    fi
    printf '%s' "${value:-$2}"
}

# set_mode single|sentinel: which Redis the apps use from their next start on
set_mode() {
    export REDIS_MODE=$1
    if [ -f .env ] && grep -q '^REDIS_MODE=' .env; then
        sed -i "s/^REDIS_MODE=.*/REDIS_MODE=$1/" .env
    else
        echo "REDIS_MODE=$1" >>.env
    fi
}

redis_image() { setting REDIS_IMAGE redis:8.0-alpine; }

exists() { docker container inspect "$1" >/dev/null 2>&1; }
# state CONTAINER: running, exited, paused, ... or missing
state() { inspect '{{.State.Status}}' "$1"; }
# inspect FORMAT CONTAINER: "missing" where there is none (the engine prints an empty line then)
inspect() {
    local answer
    answer=$(docker container inspect -f "$1" "$2" 2>/dev/null) || answer=missing
    echo "$answer"
}
# health CONTAINER: healthy, unhealthy, starting, or none where there is no check
health() { inspect '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' "$1"; }
running() { [ "$(state "$1")" = running ]; }
# address CONTAINER: in the project's network; a static address is known while the container is stopped, too
address() {
    docker container inspect -f "{{with index .NetworkSettings.Networks \"$network\"}}{{if .IPAddress}}{{.IPAddress}}{{
        else}}{{with .IPAMConfig}}{{.IPv4Address}}{{end}}{{end}}{{end}}" "$1" 2>/dev/null
}
# container_at ADDRESS[:PORT]: which data node that is
container_at() {
    local container
    for container in "${nodes[@]}" "$single"; do
        [ "$(address "$container")" = "${1%:*}" ] && echo "$container" && return
    done
    return 1
}
existing() {
    local container
    for container in "$@"; do exists "$container" && echo "$container"; done
    return 0
}

# until_true SECONDS COMMAND...: repeats the command until it succeeds
# until_true's command may say something each time; only that it succeeds counts
until_true() {
    local limit=$((SECONDS + $1))
    shift
    until "$@" >/dev/null; do
        [ "$SECONDS" -lt "$limit" ] || return 1
        sleep 0.2
    done
}
is_healthy() { running "$1" && [[ $(health "$1") =~ ^(healthy|none)$ ]]; }

# ---------------------------------------------------------------- Redis

# Passwords of containers that are not the project's own, by name. The project's containers have a redis-cli
# that knows its password. Never an argument: those can be read in a process list.
declare -A password_of=()

# A Redis that is not in a container here is asked from the container `inside`: its "HOST:PORT", by itself.
declare -A remote_of=()
inside=

# cli CONTAINER ARGUMENT...: redis-cli in that container. A frozen node never answers: no question hangs.
cli() {
    local container=$1
    shift
    redis_cli "$container" "" "$@" </dev/null
}
# cli_script CONTAINER ARGUMENT...: the same with commands on standard input, in one connection
cli_script() {
    local container=$1
    shift
    redis_cli "$container" -i "$@"
}
redis_cli() {
    local container=$1 interactive=$2 at=${remote_of[$1]:-}
    shift 2
    local -x REDISCLI_AUTH=${password_of[$container]:-}
    local login=()
    [ -z "$REDISCLI_AUTH" ] || login=(-e REDISCLI_AUTH)
    [ -z "$at" ] || set -- -h "${at%:*}" -p "${at##*:}" "$@"
    timeout "${answer_within:-5}" docker exec ${interactive:+"$interactive"} "${login[@]}" \
        "$([ -n "$at" ] && echo "$inside" || echo "$container")" redis-cli "$@" 2>/dev/null | tr -d '\r'
}
sentinel_cli() {
    local container=$1
    shift
    cli "$container" -p 26379 "$@"
}

# field NAME: the value of that line of an INFO answer on standard input
field() { sed -n "s/^$1://p" | head -n 1; }
# value NAME: of a reply that is a list of names and values, each on a line (SENTINEL MASTER, CONFIG GET)
value() { sed -n "/^$1\$/{n;p;q;}"; }
# keys_of CONTAINER: how many keys there are in all its databases
keys_of() { cli "$1" INFO keyspace | awk -F '[=,]' '/^db[0-9]+:/ { keys += $2 } END { print keys + 0 }'; }
# expiring_keys_of CONTAINER: how many of them are to expire
expiring_keys_of() { cli "$1" INFO keyspace | awk -F '[=,]' '/^db[0-9]+:/ { keys += $4 } END { print keys + 0 }'; }
role_of() { cli "$1" INFO replication | field role; }
is_master() { [ "$(role_of "$1")" = master ]; }
answers() { [ -n "$(role_of "$1")" ]; }

# named_master: ADDRESS:PORT that a majority of the three Sentinels names
named_master() {
    local sentinel answer
    for sentinel in "${sentinels[@]}"; do
        answer=$(sentinel_cli "$sentinel" SENTINEL GET-MASTER-ADDR-BY-NAME "$(setting REDIS_MASTER_NAME mymaster)")
        [ "$(wc -l <<<"$answer")" -eq 2 ] && echo "${answer/$'\n'/:}"
    done | sort | uniq -c | awk -v all="${#sentinels[@]}" '$1 * 2 > all { print $2; found = 1 } END { exit !found }'
}
# set_master: the container of the set's master: whom the Sentinels name, and who says so itself; where no
# Sentinel can be asked, the only node that says so
set_master() {
    local named container found=()
    if named=$(named_master); then
        container=$(container_at "$named") && is_master "$container" && echo "$container" && return
        return 1
    fi
    for container in $(existing "${nodes[@]}"); do
        running "$container" && is_master "$container" && found+=("$container")
    done
    [ "${#found[@]}" -eq 1 ] && echo "${found[0]}"
}
# replicas_of CONTAINER: the other data nodes of the set that run
replicas_of() {
    local container
    for container in $(existing "${nodes[@]}"); do
        [ "$container" != "$1" ] && running "$container" && echo "$container"
    done
    return 0
}

# in_step REPLICA: it has everything its master sent, and its own append-only file is complete
in_step() {
    local info
    info=$(cli "$1" INFO replication persistence) || return 1
    [ "$(field master_link_status <<<"$info")" = up ] &&
        [ "$(field master_sync_in_progress <<<"$info")" = 0 ] &&
        [ "$(field loading <<<"$info")" = 0 ] &&
        [ "$(field aof_rewrite_in_progress <<<"$info")" = 0 ] &&
        [ "$(field aof_rewrite_scheduled <<<"$info")" = 0 ]
}

# same_history REPLICA MASTER: the replica has the data set that the master has now, not one before it
same_history() {
    local id
    id=$(cli "$2" INFO replication | field master_replid)
    [ -n "$id" ] && [ "$(cli "$1" INFO replication | field master_replid)" = "$id" ]
}

# ---------------------------------------------------------------- copying data by replication

# Data move between sets by replication, never by files: the receiving server writes its own append-only
# file (a dump.rdb beside one is not even looked at), its replicas take part, and the last byte is known
# by its offset. The Sentinels must not run meanwhile: they would take a master that follows another for a
# mistake and mend it, and would remember the other as a replica of theirs.

# by the names of their containers: which services Compose knows depends on the mode
stop_sentinels() { stop_containers 10 "${sentinels[@]}"; }
start_sentinels() { docker start "${sentinels[@]}" >/dev/null && until_true 30 named_master; }
# stop_containers SECONDS CONTAINER...: those that run, all at once
stop_containers() {
    local grace=$1 container chosen=()
    shift
    for container in "$@"; do
        [[ $(state "$container") =~ ^(running|restarting|paused)$ ]] && chosen+=("$container")
    done
    [ "${#chosen[@]}" -eq 0 ] || docker stop -t "$grace" "${chosen[@]}" >/dev/null
}

# the login of a node at its master, as it was; see follow()
declare -A login_of=()

# follow CONTAINER HOST PORT KNOWN_AS: makes the node a replica of HOST:PORT. KNOWN_AS: "own" when the other
# knows this node's own login, otherwise the name of a variable with the password (maybe empty) of the
# other's default user
follow() {
    local container=$1 host=$2 port=$3 known_as=$4
    if [ "$known_as" != own ]; then
        # a second attempt must not take the login of the first for the node's own
        [ -n "${login_of[$container]:-}" ] ||
            login_of[$container]=$(cli "$container" CONFIG GET masteruser | sed -n 2p)$'\n'$(
                cli "$container" CONFIG GET masterauth | sed -n 2p)
        set_login "$container" "" "${!known_as}" || return 1
    fi
    [ "$(cli "$container" REPLICAOF "$host" "$port")" = OK ]
}
set_login() {
    [ "$(printf 'CONFIG SET masteruser "%s"\nCONFIG SET masterauth "%s"\n' "$(quoted "$2")" "$(quoted "$3")" |
        cli_script "$1")" = $'OK\nOK' ]
}
# shellcheck disable=SC2001  # two characters, each to be kept
quoted() { sed 's/[\\"]/\\&/g' <<<"$1"; }
# restore_login CONTAINER: after follow(); without it the node could not join a master of its own set
restore_login() {
    local saved=${login_of[$1]:-}
    [ -z "$saved" ] || set_login "$1" "${saved%%$'\n'*}" "${saved#*$'\n'}"
}

# wait_for_sync CONTAINER: until it is in step with its master; fails, with the reason, after a minute
# without any progress
wait_for_sync() {
    local container=$1 info progress read_bytes last='' since=$SECONDS told=$SECONDS
    until in_step "$container"; do
        info=$(cli "$container" INFO replication persistence)
        progress="$(field master_sync_read_bytes <<<"$info") $(field loading_loaded_bytes <<<"$info") $(
            field aof_rewrite_in_progress <<<"$info") $(field slave_repl_offset <<<"$info")"
        [ "$progress" = "$last" ] || since=$SECONDS
        last=$progress
        if [ $((SECONDS - told)) -ge 5 ]; then
            told=$SECONDS
            # a master that sends from memory does not know the total
            read_bytes=$(field master_sync_read_bytes <<<"$info")
            [ "${read_bytes:-0}" -eq 0 ] || step "$container: $(size "$read_bytes") received"
        fi
        if [ $((SECONDS - since)) -ge "${sync_patience:-60}" ]; then
            echo "$me: $container does not get in sync with $(field master_host <<<"$info"); its log says: $(
                docker logs --since 30s "$container" 2>&1 |
                    grep -iE 'unexpected|unable|abort|timeout|denied|NOAUTH|NOPERM|WRONGPASS|version|wrong|error' |
                    tail -n 1)" >&2
            return 1
        fi
        sleep 0.2
    done
}

# hand_over INSIDE FROM TO: writes pause at FROM (ADDRESS:PORT), TO gets the rest and becomes master, FROM
# takes no write any more. Run in the container INSIDE, beside both: a step takes milliseconds there.
# Prints what handover.sh prints: how long writes were paused. A signal does not reach what runs in a container;
# so it is not obeyed before that has ended, else both would go on, each its own way.
hand_over() {
    trap '' INT TERM
    docker exec -i -e FROM="$2" -e TO="$3" -e FROM_PASSWORD -e PAUSE_MS="${pause_ms:-10000}" "$1" \
        sh -s <"$here/handover.sh"
}

# ---------------------------------------------------------------- the apps

# restart_apps APP...: they get the REDIS_MODE of now, and are waited for
restart_apps() {
    local app
    compose_quietly up -d --no-deps "$@" || return 1
    for app in "$@"; do
        until_true 60 app_serves "$app" || {
            echo "$me: $app does not serve after 60 s (see docker logs $app)" >&2
            return 1
        }
    done
    # it watches the Redis of the mode
    [ -z "$(docker ps -q --filter "label=com.docker.compose.project=$project" \
        --filter label=com.docker.compose.service=prometheus)" ] || compose_quietly up -d --no-deps prometheus ||
        echo "$me: prometheus goes on watching the Redis of before (expected: docker compose up -d prometheus)" >&2
}
# app_serves APP: what it says itself; the engine asks only every few seconds
app_serves() {
    local answer
    answer=$(http_get "$(port_of "$1")" /health)
    [[ $answer == HTTP/*" 200"* && $answer != *'"unhealthy"'* ]]
}
# port_of CONTAINER: the port of this host that it is published on
port_of() {
    local port
    port=$(docker port "$1" 2>/dev/null | sed -n 's/.*:\([0-9]*\)$/\1/p' | head -n 1)
    echo "${port:-0}"
}
# running_apps: the containers of the services, also those of an installation before this one, by other names
running_apps() {
    local app label=com.docker.compose
    for app in "${apps[@]}"; do
        docker ps --filter "label=$label.project=$project" --filter "label=$label.service=$app" --format '{{.Names}}'
    done
}
# stop_apps: sets stopped_apps. Before a handover, while their Redis still takes writes: what they have begun
# they end at once. After it, they would wait for a Redis that only says READONLY, until the deadlines of their callers.
stopped_apps=()
stop_apps() {
    mapfile -t stopped_apps < <(running_apps)
    [ "${#stopped_apps[@]}" -eq 0 ] || stop_containers 30 "${stopped_apps[@]}"
}

# http_get PORT PATH: status line, headers and body, without a program that may not be installed
http_get() {
    # shellcheck disable=SC2016  # expanded in the other shell, which can be stopped
    timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
        printf "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n" "$2" >&3 &&
        cat <&3' http_get "$1" "$2" 2>/dev/null | tr -d '\r\0'
}

# ---------------------------------------------------------------- the configuration

# try_configuration FILE of redis-ha/config: whether the server of the image starts with it. redis-server has
# no option that only reads a configuration, so it runs for a moment, in a container without a network.
# Sets `tried` to the reason where it does not.
try_configuration() {
    tried=$(docker run --rm --network none --entrypoint sh -v "$root/redis-ha/config:/try:ro" "$(redis_image)" -c '
        umask 077; mkdir /tmp/try && cp "/try/$1" /tmp/try/redis.conf && cd /tmp/try || exit
        kind=
        [ "$1" != sentinel.conf ] || kind=--sentinel
        redis-server ./redis.conf $kind --port 6999 --bind 127.0.0.1 --dir /tmp/try >log 2>&1 &
        server=$!
        tries=0
        until [ "$(timeout 1 redis-cli -p 6999 PING 2>/dev/null)" = PONG ]; do
            tries=$((tries + 1))
            if [ "$tries" -gt 50 ] || ! kill -0 "$server" 2>/dev/null; then
                echo "$1 is refused: $(grep -v "^[0-9]*:" log | tr "\n" " ")$(tail -n 2 log | tr "\n" " ")"
                exit 1
            fi
            sleep 0.1
        done
        kill -KILL "$server"' try "$1" 2>&1) 2>/dev/null
}

# published_ports: "SERVICE PORT" for each that the output of `compose config` publishes
published_ports() {
    awk '/^[a-z]/ { part = $1 } part != "services:" { next }
        /^  [^ ]/ { service = $1; sub(/:$/, "", service) }
        /^ *published:/ { port = $2; gsub(/"/, "", port); print service, port }' | sort -u
}

# overlap SUBNET SUBNET: whether two IPv4 subnets (a.b.c.d/n) have an address in common
overlap() {
    awk -v a="$1" -v b="$2" 'function start(net, bits,   p, n) {
            split(net, p, /[.\/]/); n = ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4]
            return int(n / 2 ^ (32 - bits)) }
        BEGIN { split(a, x, "/"); split(b, y, "/")
            if (a !~ /^[0-9.]+\/[0-9]+$/ || b !~ /^[0-9.]+\/[0-9]+$/) exit 1
            bits = x[2] < y[2] ? x[2] : y[2]
            exit start(a, bits) != start(b, bits) }'
}
# routes: the subnets that this host has a route to, the default route and those through Docker's bridges aside
routes() {
    awk 'function number(h,   i, n) { n = 0; h = toupper(h)
            for (i = 1; i <= length(h); i++) n = n * 16 + index("0123456789ABCDEF", substr(h, i, 1)) - 1
            return n }
        function dotted(h) { return number(substr(h, 7, 2)) "." number(substr(h, 5, 2)) "." \
            number(substr(h, 3, 2)) "." number(substr(h, 1, 2)) }
        function bits(h,   i, n) { n = 0
            for (i = 1; i <= 8; i++) n += substr("0112122312232334", number(substr(h, i, 1)) + 1, 1)
            return n }
        NR > 1 && $2 != "00000000" && $1 !~ /^(docker|br-)/ { print dotted($2) "/" bits($8) }' /proc/net/route
}

# ---------------------------------------------------------------- snapshots

# in_user_directory PATH: as seen from where the command was typed
in_user_directory() {
    case $1 in
        /*) printf '%s' "$1" ;;
        *) printf '%s' "${DETEKTOR_FROM:-$root}/$1" ;;
    esac
}
# exists_own_login CONTAINER: its redis-cli knows its password
exists_own_login() { [ -n "$(mount_of "$1" "$secrets")" ]; }

# check_rdb FILE [IMAGE]: what redis-check-rdb of the image says; fails if it finds an error. The file goes in
# through standard input: no directory of the host is opened for a container.
check_rdb() {
    docker run --rm -i --network none --entrypoint sh "${2:-$(redis_image)}" -c \
        'umask 077; cat >/tmp/check.rdb && redis-check-rdb /tmp/check.rdb' <"$1" 2>&1
    local status=$?
    [ "$status" -lt 125 ] || echo "redis-check-rdb could not be run: the image ${2:-$(redis_image)} does not start"
    return "$status"
}

# mount_of CONTAINER PATH: volume, bind, or nothing
mount_of() {
    docker container inspect -f \
        "{{range .Mounts}}{{if eq .Destination \"$2\"}}{{.Type}}{{end}}{{end}}" "$1" 2>/dev/null
}
