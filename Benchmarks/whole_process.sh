#!/usr/bin/env bash
# Whole-process figures of the command on this machine: wall seconds and peak memory, median of RUNS.
#   Benchmarks/whole_process.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
sparsedit=$(swift build -c release --show-bin-path)/sparsedit
[ -x "$sparsedit" ] || { echo "build first: make build"; exit 1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

measure() {
  local name=$1
  shift
  "$@" >/dev/null 2>&1  # warm-up: files in the page cache
  for _ in $(seq "$runs"); do
    python3 - "$@" <<'PY'
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
PY
  done | sort -n | awk -v name="$name" '{wall[NR] = $1; mib[NR] = $2} END {
    n = int((NR + 1) / 2); printf "%-42s %8.3f s (%.3f to %.3f)  %6.0f MiB\n", name, wall[n], wall[1], wall[NR], mib[n]}'
}

measure "start-up (--version)" "$sparsedit" --version
measure "load the bundled model (encode-prompt)" "$sparsedit" encode-prompt -p stone -o "$out/p.safetensors"
measure "generate 256 x 256, 30 steps, guided" "$sparsedit" generate -p "mossy cobblestones" -o "$out/g.png"
measure "inpaint samples/street.jpg" "$sparsedit" inpaint -i samples/street.jpg --mask masks/street.png \
  -p "mossy cobblestones" -o "$out/i.png"
