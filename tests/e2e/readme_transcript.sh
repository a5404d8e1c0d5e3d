#!/usr/bin/env bash
# Runs what the README shows and prints it as it stands there: a call for now and one for in a minute, a kill, a
# start, and both have arrived. Fails when they have not. Takes a minute and a half.
#
#   tests/e2e/readme_transcript.sh            print the transcript
#   tests/e2e/readme_transcript.sh --write    put it into README.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly binary=${SLUICE_BINARY:-$PWD/build/release/sluice}
scratch=$(mktemp -d)
sink=""
gateway=""
trap 'kill -KILL $sink $gateway 2>/dev/null || true; rm -rf "$scratch"' EXIT
ln -s "$binary" "$scratch/sluice"
cd "$scratch"

free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 50); do
        [[ -n $(ss -Hltn "sport = :$port") ]] || { echo "$port" && return; }
    done
}
public=$(free_port)
admin=$(free_port)
destination=$(free_port)
sed -e "s/:8080/:$public/; s/:8081/:$admin/; s/:9000/:$destination/" "$OLDPWD/deploy/demo.toml" >demo.toml
chmod 600 demo.toml

# Prints a command as a user would type it, with the ports of the demonstration.
show() {
    echo "    \$ $*" | sed "s/:$public/:8080/g; s/:$destination/:9000/g"
}

serve() {
    show "./sluice serve --config demo.toml &"
    ./sluice serve --config demo.toml 2>>gateway.log &
    gateway=$!
    for _ in {1..100}; do
        curl -fs -o /dev/null "http://127.0.0.1:$admin/readyz" && return
        sleep 0.1
    done
    cat gateway.log >&2
    return 1
}

call() {
    local body="<request><apiVersion>1.0</apiVersion><securityID>0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef</securityID><flowID>flow0001</flowID><clientID>$1</clientID><delayMinutes>$2</delayMinutes><contactNumbers>98799 64805</contactNumbers></request>"
    local url=http://127.0.0.1:$public/v1/webhooks/createOutbound
    show "curl -i $url -H 'Content-Type: application/xml' -d '$body'"
    curl -si "$url" -H 'Content-Type: application/xml' -d "$body" | tr -d '\r' | sed 's/^/    /'
    echo
}

# Waits until the sink has recorded a call of this client.
await() {
    for _ in $(seq "$2"); do
        ! grep -qs "$1" deliveries || return 0
        sleep 1
    done
    echo "the call of $1 did not arrive within $2 seconds" >&2
    return 1
}

# When, and for whom, something arrived.
arrivals() {
    show "grep -o '\"time\":\"[^\"]*\"\\|client-identifier[^,]*\\|start-time[^,]*' deliveries"
    grep -o '"time":"[^"]*"\|client-identifier[^,]*\|start-time[^,]*' deliveries | sed 's/^/    /'
}

transcript() {
    show "./sluice sink --record deliveries &"
    ./sluice sink --listen "127.0.0.1:$destination" --record deliveries --quiet >sink.log 2>&1 &
    sink=$!
    serve
    call now 0
    call later 1
    await now 10
    arrivals
    show "kill -9 \$(pgrep -f 'sluice serve')"
    kill -KILL "$gateway"
    wait "$gateway" 2>/dev/null || true
    serve
    await later 90
    arrivals
    [[ $(grep -c client-identifier deliveries) -eq 2 ]]
}

transcript >shown 2>messages || {
    cat messages >&2
    exit 1
}
if [[ ${1-} == --write ]]; then
    awk -v text="$scratch/shown" '
        /<!-- transcript:begin/ { print; while ((getline line < text) > 0) print line; skip = 1 }
        /<!-- transcript:end/ { skip = 0 }
        !skip' "$OLDPWD/README.md" >page
    cp page "$OLDPWD/README.md"
else
    cat shown
fi
