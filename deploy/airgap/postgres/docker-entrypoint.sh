#!/bin/bash
# What the official image's entry point does, as far as its documented interface goes: POSTGRES_PASSWORD, _USER, _DB and
# _INITDB_ARGS, each also as …_FILE, POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d, any --user.
set -Eeuo pipefail

from_file() { # the value of $1, from the variable or from the file that ${1}_FILE names
    local name=$1 file=$1_FILE
    if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
        echo "postgres: both $name and $file are set" >&2
        exit 1
    fi
    [ -z "${!file:-}" ] || printf -v "$name" '%s' "$(<"${!file}")"
    printf -v "$name" '%s' "${!name:-${2:-}}"
    export "${name?}"
    unset "$file"
}

named_user() { # PostgreSQL asks for the name of its uid, which need not have one
    getent passwd "$(id -u)" >/dev/null && return
    export NSS_WRAPPER_PASSWD=/tmp/passwd.$$ NSS_WRAPPER_GROUP=/tmp/group.$$ LD_PRELOAD=libnss_wrapper.so
    echo "postgres:x:$(id -u):$(id -g):PostgreSQL:/var/lib/postgresql:/bin/false" >"$NSS_WRAPPER_PASSWD"
    echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
}

initialise() {
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    local method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
        echo "postgres: POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is not set" >&2
        exit 1
    fi
    named_user
    local data=$PGDATA
    export PGDATA=$data.draft # one that is cut off is made again; a folder with data in it is never touched
    rm -rf "$PGDATA"
    eval initdb --username='"$POSTGRES_USER"' --pwfile='<(printf "%s\n" "$POSTGRES_PASSWORD")' "$POSTGRES_INITDB_ARGS"
    unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
    echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
    printf '%s\n' "listen_addresses = '*'" "unix_socket_directories = '/var/run/postgresql,/tmp'" >>"$PGDATA/postgresql.conf"
    export PGPASSWORD=$POSTGRES_PASSWORD PGUSER=$POSTGRES_USER
    pg_ctl --wait start -o "-c listen_addresses='' -p 5432"
    [ "$POSTGRES_DB" = postgres ] || createdb "$POSTGRES_DB"
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh) bash "$file" ;;
            *.sql) psql --set=ON_ERROR_STOP=1 --no-psqlrc --dbname="$POSTGRES_DB" --file="$file" ;;
        esac
    done
    pg_ctl --wait --mode=fast stop
    unset PGPASSWORD PGUSER
    rmdir "$data"
    mv "$PGDATA" "$data"
    PGDATA=$data
}

[ "${1:0:1}" != - ] || set -- postgres "$@"
if [ "$1" = postgres ]; then
    mkdir -p -m 0700 "$PGDATA"
    if [ "$(id -u)" = 0 ]; then
        chown postgres:postgres "$(dirname "$PGDATA")" # the draft of the data is made beside them
        chown -R postgres:postgres "$PGDATA"
        exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
    fi
    [ -s "$PGDATA/PG_VERSION" ] || initialise
fi
exec "$@"
