# A handover between two masters that no Sentinel watches: from the single Redis to the set, or back.
# Run by `sh -s` in a container that reaches both (see hand_over() in functions.sh). POSIX sh.
#
#   FROM, TO        "ip:port"; TO is a replica of FROM, in sync
#   FROM_PASSWORD   of FROM's default user, if it is not the one that redis-cli knows here
#   PAUSE_MS        longest pause of writes, after which they go on at FROM
#
# Writes are paused at FROM, so nothing is acknowledged from then on; TO gets the rest, and becomes master;
# FROM is made a replica of an address where nobody is: it answers what waited in the pause, and all that
# comes later, with READONLY. So a write was acknowledged before the pause, and TO has it, or never.
# FROM does not follow TO in earnest: a full sync from a newer Redis would empty it before it fails.
#
# Exit status: 0 done; 1 not done, writes go on at FROM; 3 TO is master but FROM may take writes again
# when the pause ends: it must be stopped at once.

say() { echo "handover: $*" >&2; }

at() {
    node=$1
    shift
    if [ "$node" = "$FROM" ] && [ -n "${FROM_PASSWORD:-}" ]; then
        REDISCLI_AUTH=$FROM_PASSWORD timeout 2 redis-cli -h "${node%:*}" -p "${node##*:}" "$@" 2>/dev/null
    else
        timeout 2 redis-cli -h "${node%:*}" -p "${node##*:}" "$@" 2>/dev/null
    fi | tr -d '\r'
}
info() { at "$1" INFO replication </dev/null | sed -n "s/^$2://p"; }
# to_ms: of the two lines of TIME
to_ms() { read -r seconds && read -r micros && echo $((seconds * 1000 + micros / 1000)); }
now() { printf 'TIME\n' | at "$FROM" | to_ms; }

[ "$(info "$FROM" role)" = master ] || { say "$FROM does not say that it is a master" && exit 1; }
if [ "$(info "$TO" role)" != slave ] || [ "$(info "$TO" master_link_status)" != up ]; then
    say "$TO is not a replica with a link that is up"
    exit 1
fi

paused=no
resume() {
    [ "$paused" = no ] || printf 'CLIENT UNPAUSE\n' | at "$FROM" >/dev/null
    paused=no
}
trap resume EXIT
trap 'exit 1' TERM INT

# pause: begins the pause, or makes it longer; prints when
pause() {
    printf 'CLIENT PAUSE %s WRITE\nTIME\n' "$PAUSE_MS" | at "$FROM" |
        { read -r ok && [ "$ok" = OK ] && to_ms; }
}
paused=yes
began=$(pause)
[ -n "$began" ] || { say "$FROM did not pause its clients" && exit 1; }
limit=$((began + PAUSE_MS - 3000))

target=$(info "$FROM" master_repl_offset)
[ -n "$target" ] || { say "$FROM did not say its offset" && exit 1; }
until offset=$(info "$TO" slave_repl_offset) && [ "${offset:-0}" -ge "$target" ]; do
    time=$(now)
    [ "${time:-$limit}" -lt "$limit" ] ||
        { say "$TO lags behind (at ${offset:-nothing} of $target): writes go on at $FROM" && exit 1; }
done
# the pause is made longer before the step that cannot be taken back; had it ended, TO could lack a write
level=$(pause)
[ "${level:-$limit}" -lt "$limit" ] || { say "too slow: writes go on at $FROM" && exit 1; }

# from the order on it may be master, whether it could say so or not; only its role tells
at "$TO" REPLICAOF NO ONE </dev/null >/dev/null
if [ "$(info "$TO" role)" != master ] && [ "$(info "$TO" role)" != master ]; then
    at "$TO" REPLICAOF "${FROM%:*}" "${FROM##*:}" </dev/null >/dev/null
    say "$TO did not become master: writes go on at $FROM"
    exit 1
fi

tries=0
while :; do
    ended=$(printf 'REPLICAOF 127.0.0.1 1\nCLIENT UNPAUSE\nTIME\n' | at "$FROM" |
        { read -r demoted && read -r _ && [ "${demoted%% *}" = OK ] && to_ms; }) && [ -n "$ended" ] && break
    tries=$((tries + 1))
    if [ "$tries" -ge 3 ]; then
        # the pause goes on until its end: time for the caller to stop the server
        paused=no
        say "$TO is master, but $FROM did not answer when it was told to take no more writes"
        exit 3
    fi
done
paused=no
if [ "$ended" -ge $((level + PAUSE_MS)) ]; then
    say "$TO is master, but the pause at $FROM ended before it took no more writes: it may have writes that $TO lacks"
    exit 3
fi
echo "writes paused for $((ended - began)) ms ($((level - began)) to catch up, $((ended - level)) to promote)"
