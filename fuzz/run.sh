#!/usr/bin/env bash
# Runs fuzz targets. Needs a C++ compiler, no nightly toolchain and no cargo-fuzz (which works on this folder as well).
#
#   fuzz/run.sh [TARGET…] [--seconds N]      every target, 60 seconds each, unless told otherwise
#   fuzz/run.sh xml_bytes xml_text configuration transforms --seconds 600      what a release asks for: ten minutes each
#
# Inputs that were found are kept in fuzz/corpus, failures in fuzz/artifacts; neither is committed. A failure's input,
# made small, belongs into a unit test. Exit code 1 if any target failed.
set -euo pipefail
cd "$(dirname "$0")"
seconds=60
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds="${2:?--seconds needs a number}"; shift 2 ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done
if [ ${#targets[@]} -eq 0 ]; then
  for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
# The instrumentation that libFuzzer feeds on. `--target` keeps it away from build scripts and macros.
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1"
build=(cargo build --release --target "$host")
for target in "${targets[@]}"; do build+=(--bin "$target"); done
"${build[@]}"
out="${CARGO_TARGET_DIR:-target}/$host/release"
# Fixtures are seeds as well, and what is written in them is what an input is made of.
words() { LC_ALL=C grep -rahoE "$1" --include="*.$2" ../fixtures | LC_ALL=C grep -x '[ -~]*' | sort -u | head -n 4000 | sed 's/[\\"]/\\&/g; s/.*/"&"/'; }
mkdir -p corpus artifacts
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target" "artifacts/$target"
  cp xml.dict "corpus/$target.dict"
  kilobytes=8
  case "$target" in
    configuration) extension=config; pattern='</?[A-Za-z]+|[A-Za-z]+="[^"&]{0,40}"' ;;
    # Its own seeds have both parts; the words are those of configurations and of transforms.
    transforms) extension=config; pattern='</?[A-Za-z]+|[A-Za-z]+="[^"&]{0,40}"|xdt:[A-Za-z]+="[^"&]{0,60}"' ;;
    csharp) extension=cs; pattern='\[[A-Za-z]+|[A-Za-z]+ = [A-Za-z.]+|[a-z]{3,}|[A-Z][A-Za-z]+<?' ;;
    # A policy with what it is attached to is longer than a configuration.
    wsdl | policy) kilobytes=16; extension=wsdl; pattern='</?[A-Za-z]+:[A-Za-z]+|[A-Za-z:]+="[^"&]{0,80}"' ;;
    *) extension= ;;
  esac
  if [ -n "$extension" ]; then
    words "$pattern" "$extension" >>"corpus/$target.dict"
    [ "$target" = transforms ] || find ../fixtures -name "*.$extension" -size -"$kilobytes"k -print0 | while IFS= read -r -d '' file; do
      cp "$file" "corpus/$target/seed-$(printf %s "$file" | cksum | cut -d' ' -f1)"
    done
  fi
done
failed=()
for target in "${targets[@]}"; do
  inputs=("corpus/$target")
  most=4096
  case "$target" in wsdl | policy) most=16384 ;; esac
  [ -d "seeds/$target" ] && inputs+=("seeds/$target")
  echo "== $target for $seconds s"
  "$out/$target" -max_total_time="$seconds" -max_len="$most" -timeout=25 -rss_limit_mb=1024 \
    -print_final_stats=1 -artifact_prefix="artifacts/$target/" -dict="corpus/$target.dict" "${inputs[@]}" 2>&1 | tail -n 14 || failed+=("$target")
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }
