#!/usr/bin/env bash
# A PostgreSQL with a synchronous standby on this machine, for trying out what a cluster of gateways
# survives; on two machines the same settings hold.
#
#   deploy/cluster/standby_pair.sh start DIR [PORT]   primary on PORT (15432), standby on PORT + 1
#   deploy/cluster/standby_pair.sh promote DIR        the primary is killed, the standby leads
#   deploy/cluster/standby_pair.sh stop DIR
#
# Prints the URL for [store] url. Needs Debian's package postgresql; runs the servers as user postgres
# where it is root. DIR must be one that this user can reach.
set -euo pipefail

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
if [[ -z $bin || $# -lt 2 ]]; then
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    [[ -n $bin ]] || echo "Debian's package postgresql is missing." >&2
    exit 64
fi
readonly bin verb=$1 home=$2 port=${3:-15432}

as_postgres() {
    if [[ $(id -u) -eq 0 ]]; then
        (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
    else
        "$@"
    fi
}

control() { # SERVER ARGUMENT…
    local server=$1
    shift
    as_postgres "$bin/pg_ctl" -D "$home/$server" -w -l "$home/$server.log" "$@" >/dev/null
}

start() {
    mkdir -p "$home"
    [[ $(id -u) -ne 0 ]] || chown postgres "$home"
    as_postgres "$bin/initdb" -D "$home/primary" -U sluice -A trust >/dev/null
    as_postgres tee -a "$home/primary/postgresql.conf" >/dev/null <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '$home'
port = $port
END
    control primary start
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U sluice sluice
    as_postgres "$bin/pg_basebackup" -D "$home/standby" -R -c fast \
        -d "host=127.0.0.1 port=$port user=sluice application_name=standby"
    # Its own port; and it waits for no standby of its own once it leads.
    as_postgres tee -a "$home/standby/postgresql.conf" >/dev/null <<<"port = $((port + 1))"
    control standby start
    # From here on a commit is told only when the standby has it.
    as_postgres "$bin/psql" -qh 127.0.0.1 -p "$port" -U sluice sluice \
        -c "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby)'" \
        -c "SELECT pg_reload_conf()" >/dev/null
    echo "$port" | as_postgres tee "$home/port" >/dev/null
    echo "postgresql://sluice@127.0.0.1:$port,127.0.0.1:$((port + 1))/sluice?target_session_attrs=read-write"
}

promote() {
    control primary -m immediate stop
    control standby promote
    echo "The standby leads, on port $(($(cat "$home/port") + 1)); it has no standby of its own."
}

case $verb in
start) start ;;
promote) promote ;;
stop)
    control standby -m fast stop || true
    control primary -m fast stop 2>/dev/null || true # it may have been killed before
    ;;
*)
    echo "usage: $0 start|promote|stop DIR [PORT]" >&2
    exit 64
    ;;
esac
