# What the entry points share: asking nodes and Sentinels. Sourced, never run.
# Expects SENTINELS, MASTER_NAME, REDIS_PASSWORD and SENTINEL_PASSWORD to be set (maybe empty).

# A node that is frozen accepts a connection and never answers: no question may hang on it.
answer_within=2

# ask HOST:PORT COMMAND...: the raw answer; fails without one, or when it is an error
ask() {
    ask_at=$1
    shift
    REDISCLI_AUTH=$REDIS_PASSWORD timeout "$answer_within" \
        redis-cli -e -h "${ask_at%:*}" -p "${ask_at##*:}" "$@" 2>/dev/null </dev/null
}

# ask_sentinel HOST:PORT COMMAND...: the same, with the Sentinels' password
ask_sentinel() {
    ask_at=$1
    shift
    REDISCLI_AUTH=$SENTINEL_PASSWORD timeout "$answer_within" \
        redis-cli -e -h "${ask_at%:*}" -p "${ask_at##*:}" "$@" 2>/dev/null </dev/null
}

# unwritable TEXT: whether a password holds what Sentinel cannot write back into its own file
unwritable() {
    case $1 in *[\ \"\'\\#]* | *[[:cntrl:]]*) return 0 ;; esac
    return 1
}

# quoted TEXT: as one argument of a configuration file
quoted() {
    printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

# info_field NAME: the value of that line of an INFO answer on standard input
info_field() {
    tr -d '\r' | sed -n "s/^$1://p" | head -n 1
}

# is_master HOST:PORT: it answers, and says that it is a master
is_master() {
    [ "$(ask "$1" ROLE | head -n 1)" = master ]
}

# named_master: prints the HOST:PORT that a majority of the configured Sentinels names.
# Status 1: no majority answers the same; 2: a majority answers, and knows no such master.
named_master() {
    total=0
    for sentinel in $SENTINELS; do total=$((total + 1)); done
    answers=
    for sentinel in $SENTINELS; do
        answer=$(ask_sentinel "$sentinel" SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_NAME") || continue
        # shellcheck disable=SC2086  # two lines, an address and a port
        set -- $answer
        name=none
        [ $# -eq 2 ] && name=$1:$2
        answers="$answers $name"
        same=0
        for answer in $answers; do
            [ "$answer" = "$name" ] && same=$((same + 1))
        done
        if [ $((same * 2)) -gt "$total" ]; then
            [ "$name" = none ] && return 2
            echo "$name"
            return 0
        fi
    done
    return 1
}

# known_replicas: every HOST:PORT that any Sentinel knows as a replica of the set
known_replicas() {
    for sentinel in $SENTINELS; do
        ask_sentinel "$sentinel" SENTINEL REPLICAS "$MASTER_NAME" | replica_addresses
    done | sort -u
}

# replica_addresses: HOST:PORT of each replica in a SENTINEL REPLICAS answer (a field, its value, a field, ...)
replica_addresses() {
    while read -r field && read -r value; do
        case $field in
            ip) host=$value ;;
            port) echo "$host:$value" ;;
        esac
    done
}
