#!/usr/bin/env bash
# Peak anonymous memory of large edits, sampled from /proc: upscale at two canvas sizes and the bytes a pixel that
# follow; with "large", also upscale to 16,384 x 16,384 and inpaint in a 100-megapixel TIFF, which take a while.
#
#     Benchmarks/upscale_memory.sh [large] [scratch folder]
#
# Needs a release build, and Python with Pillow to make the pictures.
set -euo pipefail
large=
[ "${1:-}" = large ] && { large=yes; shift; }
root=$(cd "$(dirname "$0")/.." && pwd)
tool=${SPARSEDIT:-$root/.build/release/sparsedit}
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"

# Prints the peak anonymous KiB, the wall seconds and the report of a command, and keeps it in the array "last".
measure() {
  local name=$1 peak=0 now start=$SECONDS
  shift
  "$@" --json --quiet >"$folder/report.json" 2>"$folder/errors.txt" &
  local pid=$!
  while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
    [ "$now" -gt "$peak" ] && peak=$now
    sleep 0.05
  done
  wait "$pid" || { cat "$folder/errors.txt"; exit 1; }
  last=$peak
  echo "$name: peak anonymous memory $((peak / 1024)) MiB, $((SECONDS - start)) s"
}

# A photograph repeated, so that there is something to enlarge everywhere.
picture() {
  python3 - "$root/samples/street.jpg" "$@" <<'PYTHON'
import sys
from PIL import Image
photo = Image.open(sys.argv[1]).convert("RGB")
path, width, height = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
result = Image.new("RGB", (width, height))
for y in range(0, height, photo.height):
    for x in range(0, width, photo.width):
        result.paste(photo, (x, y))
result.save(path)
if len(sys.argv) > 5:
    mask = Image.new("L", (width, height))
    mask.paste(255, (width // 2, height // 2, width // 2 + 300, height // 2 + 200))
    mask.save(sys.argv[5])
PYTHON
}

upscale() {
  rm -f "$folder/out.$3"
  picture "$folder/in.png" "$1" "$2"
  measure "upscale $1 x $2 to $(($1 * 4)) x $(($2 * 4))" \
    "$tool" upscale -i "$folder/in.png" -o "$folder/out.$3" --scale 4 --steps 2 --cfg-scale 1
}

upscale 256 256 tif
upscale 512 512 tif
small=$last
upscale 1024 512 tif
wide=$last
upscale 512 1024 tif
tall=$last
echo "per pixel of the result: $(((wide - small) * 1024 / (2048 * 2048))) bytes where it grows in width," \
  "$(((tall - small) * 1024 / (2048 * 2048))) where it grows in height"
[ -n "$large" ] || exit 0
upscale 4096 4096 png
rm -f "$folder/out.png"
picture "$folder/large.tif" 10240 10240 "$folder/mask.png"
measure "inpaint in 10240 x 10240 TIFF" \
  "$tool" inpaint -i "$folder/large.tif" --mask "$folder/mask.png" -p "green grass lawn" --steps 4 \
  -o "$folder/inpainted.tif"
