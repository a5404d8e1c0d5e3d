#!/usr/bin/env bash
# The pictures of the documents: a demonstration with data is started, and the console is taken in
# headless Chromium.
#
#   tests/browser/make_pictures.sh [--program FILE] [--into DIRECTORY] [--all]
#
# Without --into they go to docs/pictures; --all takes every view in both sizes and schemes, for
# looking at. Needs node, Chromium, and npm install in this folder. What the numbers show depends on
# the machine: the pictures are not compared.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$here/../../build/release/sluice
into=$here/../../docs/pictures
all=()

while [[ $# -gt 0 ]]; do
    case "$1" in
    --program) program=$(realpath "$2") && shift ;;
    --into) into=$2 && shift ;;
    --all) all=(--all) ;;
    *) echo "usage: $0 [--program FILE] [--into DIRECTORY] [--all]" >&2 && exit 64 ;;
    esac
    shift
done
mkdir -p "$into"
into=$(realpath "$into")
work=$(mktemp -d)
started=()

stop_all() {
    for each in "${started[@]}"; do
        kill "$each" 2>/dev/null || true
        wait "$each" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop_all EXIT

# start NAME COMMAND…
start() {
    local name=$1
    shift
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    started+=($!)
}

# A port that nobody listens at now.
free_port() {
    node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}
public=$(free_port) admin=$(free_port) good=$(free_port) slow=$(free_port) bad=$(free_port)
secret=$(printf 'd3m0%.0s' {1..16})

write_configuration() {
    cat >"$work/sluice.toml" <<END
listen = "127.0.0.1:$public"
admin = "127.0.0.1:$admin"
data = "$work/data"
admin_token = "picture"

[[account]]
id = "163"
secrets = ["$secret"]
cust_tokens = ["abcd1234"]
allow_from = ["127.0.0.0/8"]
allow_http = true
country_code = "91"
time_zone = "Asia/Kolkata"
agents = ["919879964805", "919879964806", "919879964807"]
END
    destination central "$good" 'format = "outbound"
rate = 500
period = "1m"
burst = 50
concurrency = 32
success = "/api-response-code == 200"'
    destination crm "$good" 'headers = { X-Api-Key = "a-key-nobody-sees" }'
    destination billing "$slow" 'rate = 20
retry = { schedule = ["20s", "2m"], max_attempts = 5 }'
    destination archive "$bad" 'retry = { schedule = ["1s"], max_attempts = 2 }'
    cat >>"$work/sluice.toml" <<END
[[route]]
path = "/in/orders"
account = "163"
destinations = ["crm"]

[webhooks]
createOutbound = { destination = "central" }
shortURL = { base_url = "https://go.example.com" }
END
}

# destination NAME PORT MORE
destination() {
    cat >>"$work/sluice.toml" <<END

[[destination]]
name = "$1"
url = "http://127.0.0.1:$2/$1"
allow_http = true
allow_networks = ["127.0.0.0/8"]
$3
END
}

# give PATH TYPE BODY: the answer's body
give() {
    curl -fsS "http://127.0.0.1:$public$1" -H "Authorization: Bearer $secret" -H "Content-Type: $2" -d "$3"
}

# flood SECONDS RATE DESTINATION
flood() {
    "$program" load "http://127.0.0.1:$public/v1/tasks" --rate "$2" --duration "$1s" --quiet \
        --header "Authorization: Bearer $secret" --header "Content-Type: application/json" \
        --data "{\"destination\":\"$3\",\"body\":\"{\\\"order\\\":4711}\"}" >/dev/null
}

fill() {
    local number i
    for i in 1 2 3 4 5 6; do
        number="98799 6481$i"
        give /v1/webhooks/createOutbound application/json "{\"apiVersion\":\"1.0\",\"securityID\":\"$secret\",
\"flowID\":\"flow0001\",\"clientID\":\"order-47$i\",\"delayMinutes\":$((i % 3 * 45)),\"contactNumbers\":\"$number\",
\"\$flow.key.city\":\"Pune\"}" >/dev/null
        give "/v1/webhooks/shortURL" application/json \
            "{\"custToken\":\"abcd1234\",\"longUrl\":\"https://shop.example.com/orders/47$i?from=sms\"}" >"$work/link"
        curl -s -o /dev/null "http://127.0.0.1:$public/$(sed 's|.*/\([^"]*\)".*|\1|' "$work/link")"
    done
    give /v1/webhooks/setAgentBreak application/json '{"$flow.key.pause":"true","$flow.key.cli":"9879964806"}' >/dev/null
    give /in/orders application/json '{"order":4711,"customer":{"name":"A. Rao","phone":"+91 98799 64811"},"lines":[{"sku":"A-1","count":2}]}' >/dev/null
    for i in 1 2 3 4 5 6 7; do
        give /v1/tasks application/json "{\"destination\":\"archive\",\"body\":\"<doc n='$i'/>\"}" >/dev/null
    done
    flood 20 60 crm &
    started+=($!)
    flood 20 25 billing &
    started+=($!)
    flood 4 2 archive
}

(umask 077 && write_configuration)
start good "$program" sink --listen "127.0.0.1:$good" --latency lognormal:8ms,40ms --body '{"api-response-code":200}' --quiet
start slow "$program" sink --listen "127.0.0.1:$slow" --status 200:80,503:20 --latency 60ms --quiet
start bad "$program" sink --listen "127.0.0.1:$bad" --status 404:80,401:20 --quiet
start gateway "$program" serve --config "$work/sluice.toml"
for ((i = 0; i < 100; ++i)); do
    curl -fs "http://127.0.0.1:$admin/readyz" >/dev/null && break
    sleep 0.2
done
((i < 100)) || { cat "$work/gateway.err" >&2 && exit 1; }
fill
sleep 8
node "$here/make_pictures.mjs" "http://127.0.0.1:$admin/" --token picture --into "$into" "${all[@]}"
