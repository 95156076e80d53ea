#!/usr/bin/env bash
# How fast the generated server is, and how fast it compiles, against one written by hand for the same plan.
#
#   benches/servers/run.sh            calls a second, alternating between the two servers, and the ratio
#   benches/servers/run.sh build      clean debug builds, alternating, and the ratio
#
# ROUNDS (15) of SECONDS_EACH (2) for each server, CONNECTIONS (4) with CALLS (16) at a time each. Exits with 1 below 0.98, or above 1.1
# for builds. The ratio is the median over the rounds of the pair's ratio; the processor time of each server per call is printed
# beside it, since it says the same and minds a busy machine less.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work="$target/bench-servers"
rounds=${ROUNDS:-15} seconds=${SECONDS_EACH:-2} connections=${CONNECTIONS:-4} calls=${CALLS:-16}

mkdir -p "$work"
(cd "$root" && cargo build --quiet --package cargo-wcf2grpc)
wcf2grpc="$target/debug/cargo-wcf2grpc"
"$wcf2grpc" wcf2grpc generate "$here/input" --out "$work/generated" --quiet > "$work/generate.log"
# The same handler and the same messages in both.
sed -e 's/crate::shop_v1::{PlaceRequest, PlaceResponse, orders_server}/web_proto::shop::v1::{PlaceRequest, PlaceResponse, orders_server}/' \
    "$here/hand-written/server/src/orders.rs" > "$work/generated/web-server/src/services/orders.rs"
mkdir -p "$work/hand-written"
cp -R "$here/hand-written/." "$work/hand-written"
sed '/^\/\/ @generated/,/^#!\[cfg_attr/d' "$work/generated/web-proto/src/shop/v1.rs" > "$work/hand-written/server/src/shop_v1.rs"
# The same versions of everything in both.
export CARGO_TARGET_DIR="$work/target"
(cd "$work/generated" && cargo generate-lockfile --quiet)
cp "$work/generated/Cargo.lock" "$work/hand-written/Cargo.lock"

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

if [ "${1:-}" = build ]; then
    for round in $(seq "${ROUNDS:-3}"); do
        for which in hand-written generated; do
            folder="$work/clean"
            rm -rf "$folder"
            package=orders-server
            [ $which = hand-written ] || package=web-server
            began=$(date +%s.%N)
            (cd "$work/$which" && CARGO_TARGET_DIR=$folder cargo build --quiet --package $package)
            ended=$(date +%s.%N)
            awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.1f\n", b - a }' > "$work/$which.build.$round"
            crates=$(cd "$work/$which" && cargo tree --package $package --edges normal,build --prefix none 2> /dev/null | sed 's/ (.*//' | sort -u | wc -l)
            printf 'round %s: %s in %s s, %s crates\n' "$round" $which "$(cat "$work/$which.build.$round")" "$crates"
        done
        paste "$work/generated.build.$round" "$work/hand-written.build.$round" | awk '{ print $1 / $2 }' > "$work/ratio.build.$round"
    done
    rm -rf "$work/clean"
    ratio=$(cat "$work"/ratio.build.* | median)
    rm "$work"/*.build.*
    echo "clean build, generated / hand-written: $ratio (at most 1.1)"
    awk -v r="$ratio" 'BEGIN { exit !(r <= 1.1) }'
    exit
fi

(cd "$work/hand-written" && cargo build --release --quiet)
(cd "$work/generated" && cargo build --release --quiet --package web-server)
hand="$work/hand"
rm -rf "$hand"
mkdir -p "$hand"
(cd "$hand" && "$wcf2grpc" wcf2grpc certs dev . --out . > /dev/null)
printf 'right-for-this-bench-only\n' > "$hand/password"
"$work/target/release/web-server" --hash-password agent < "$hand/password" > "$hand/passwords"

ADDRESS=127.0.0.1:0 CERTIFICATE="$hand/server.pem" KEY="$hand/server.key" CLIENT_AUTHORITIES="$hand/authority.pem" \
    CLIENT_REVOCATION_LISTS="$hand/revoked.pem" PASSWORDS="$hand/passwords" \
    "$work/target/release/orders-server" 2> "$hand/hand-written.log" &
hand_written=$!
WEB_SERVER_ORDERS_ADDRESS=127.0.0.1:0 WEB_SERVER_ORDERS_CERTIFICATE="$hand/server.pem" WEB_SERVER_ORDERS_KEY="$hand/server.key" \
    WEB_SERVER_ORDERS_CLIENT_AUTHORITIES="$hand/authority.pem" WEB_SERVER_ORDERS_CLIENT_REVOCATION_LISTS="$hand/revoked.pem" \
    WEB_SERVER_ORDERS_PASSWORDS="$hand/passwords" \
    "$work/target/release/web-server" 2> "$hand/generated.log" > /dev/null &
generated=$!
trap 'kill $hand_written $generated 2> /dev/null || true' EXIT

address() {
    for _ in $(seq 100); do
        found=$(sed -e 's/\x1b\[[0-9;]*m//g' "$1" | grep -o 'address=127.0.0.1:[0-9]*' | head -1 | cut -d= -f2)
        [ -z "$found" ] || { echo "$found"; return; }
        sleep 0.1
    done
    cat "$1" >&2
    return 1
}
hand_written_address=$(address "$hand/hand-written.log")
generated_address=$(address "$hand/generated.log")
# Processor time of a process so far, in clock ticks.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
load() { "$work/target/release/orders-load" "$1" "$hand" "$2" "$connections" "$calls"; }

load "$hand_written_address" 1 > /dev/null
load "$generated_address" 1 > /dev/null
: > "$work/rounds"
for round in $(seq "$rounds"); do
    order="hand_written generated"
    [ $((round % 2)) = 1 ] || order="generated hand_written"
    for which in $order; do
        process=${!which}
        address_of="${which}_address"
        before=$(ticks "$process")
        answered=$(load "${!address_of}" "$seconds")
        after=$(ticks "$process")
        echo "$round $which $answered $((after - before))" >> "$work/rounds"
    done
done
awk -v hz="$(getconf CLK_TCK)" '
    { rate[$1, $2] = $3 / $4; cpu[$1, $2] = $7 / hz / $3 * 1e6; p50[$2] += $5; p99[$2] += $6; calls[$2] += $3; n = $1 }
    END {
        for (r = 1; r <= n; r++) {
            printf "round %2d: hand-written %6.0f calls/s, %5.1f us of processor a call; generated %6.0f, %5.1f; ratio %.3f\n", r,
                rate[r, "hand_written"], cpu[r, "hand_written"], rate[r, "generated"], cpu[r, "generated"],
                rate[r, "generated"] / rate[r, "hand_written"]
        }
        for (which in calls) printf "%s: %d calls, p50 %.0f us, p99 %.0f us (means of the rounds)\n", which, calls[which], p50[which] / n, p99[which] / n
    }' "$work/rounds"
ratio=$(awk '{ rate[$1, $2] = $3 / $4; n = $1 } END { for (r = 1; r <= n; r++) print rate[r, "generated"] / rate[r, "hand_written"] }' "$work/rounds" | median)
cpu=$(awk '{ cpu[$1, $2] = $7 / $3; n = $1 } END { for (r = 1; r <= n; r++) print cpu[r, "hand_written"] / cpu[r, "generated"] }' "$work/rounds" | median)
memory() { awk '/VmHWM/ { printf "%.0f MiB", $2 / 1024 }' "/proc/$1/status"; }
echo "memory at most: hand-written $(memory "$hand_written"), generated $(memory "$generated")"
echo "processor time a call, hand-written / generated: $cpu"
echo "calls a second, generated / hand-written: $ratio (at least 0.98)"
awk -v r="$ratio" 'BEGIN { exit !(r >= 0.98) }'
