# shellcheck shell=sh
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

# take_secret NAME: sets NAME to the first line of the file that NAME_FILE names, where that is set.
# Status 1: there is no such file, or nothing in it; the reason is on standard output.
take_secret() {
    eval "secret_file=\${$1_FILE:-}"
    [ -n "$secret_file" ] || return 0
    secret_text=
    if [ ! -r "$secret_file" ]; then
        echo "$1_FILE: $secret_file (expected: a readable file with a password)"
        return 1
    fi
    IFS= read -r secret_text <"$secret_file" || [ -n "$secret_text" ] || {
        echo "$1_FILE: $secret_file is empty (expected: a file with a password)"
        return 1
    }
    eval "$1=\$secret_text"
}

# users TEMPLATE DIRECTORY: the users of TEMPLATE as an ACL file, with what is in the password files of
# DIRECTORY (one file a user, named after it) in place of {password}, as hashes.
# In the template, comments and blank lines are left out, and a line that does not begin with "user"
# goes on where the one before it ended. Fails, with the reason on standard error, without a password.
users() {
    unknown=
    case $(redis-server --version) in
        # a server does not start with a command in its ACL that it does not know
        *' v=7.0.'*) unknown='s/ +waitaof//g; s/ +client|setinfo//g' ;;
    esac
    {
        sed "$unknown" "$1"
        echo user
    } | {
        rule=
        while read -r line; do
            case $line in
                '' | '#'*) ;;
                user*)
                    [ -z "$rule" ] || with_password "$rule" "$2" || exit 1
                    rule=$line
                    ;;
                *) rule="$rule $line" ;;
            esac
        done
    }
}
with_password() {
    case $1 in
        *'{password}'*)
            user=${1#user }
            user=${user%% *}
            password=
            IFS= read -r password <"$2/$user" || [ -n "$password" ] || {
                echo "$2/$user: no password for the user $user (expected: a readable file with one)" >&2
                return 1
            }
            hash=$(printf %s "$password" | sha256sum)
            echo "${1%%'{password}'*}#${hash%% *}${1#*'{password}'}"
            ;;
        *) echo "$1" ;;
    esac
}

# quoted TEXT: as one argument of a configuration file
quoted() {
    printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

# field INFO NAME: sets field to the value of that line of an INFO answer, or to nothing. It starts no process:
# each node looks at itself every second, and a pipeline for each value cost more than the server's own idling.
line_ends=$(printf '\r\n_')
line_ends=${line_ends%_}
field() {
    field_name=$2
    field_ifs=$IFS
    IFS=$line_ends
    set -f
    # shellcheck disable=SC2086  # one line, one word
    set -- $1
    set +f
    IFS=$field_ifs
    field=
    for field_line; do
        case $field_line in
            "$field_name":*)
                field=${field_line#*:}
                return
                ;;
        esac
    done
}

# has INFO NAME VALUE: whether an INFO answer says that
has() {
    field "$1" "$2"
    [ "$field" = "$3" ]
}

# master_of INFO: sets of to the HOST:PORT that a replica follows
master_of() {
    field "$1" master_host
    of=$field
    field "$1" master_port
    of=$of:$field
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

# has_log: whether the working directory has a whole append-only file. The directory alone says nothing: it is
# made when the first rewrite begins, and the manifest only when that is done.
has_log() { [ -e appendonlydir/appendonly.aof.manifest ]; }

# only_dump: whether there is an RDB file and nothing else. A server that is to append and finds no
# append-only file does not look at dump.rdb: it would start empty.
only_dump() { [ -e dump.rdb ] && ! has_log; }
