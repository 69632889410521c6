#!/usr/bin/env bash
# Makes the before/after picture of the README. Needs the built command (make build) and ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/.."
sparsedit=$(swift build -c release --show-bin-path)/sparsedit
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$sparsedit" inpaint -i samples/street.jpg --mask masks/street.png \
  -p "green grass lawn" --seed 7 -o "$out/street.png"
montage samples/street.jpg "$out/street.png" -tile 2x1 -geometry +4+0 -strip -quality 85 samples/street-edit.jpg
