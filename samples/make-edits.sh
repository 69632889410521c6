#!/usr/bin/env bash
# Makes the before/after pictures of samples/README.md and the one of the README.
#   samples/make-edits.sh [FOLDER]      into FOLDER, or into samples/ itself
# Needs the built command (make build), and Python 3 with Pillow to put pictures side by side.
set -euo pipefail
cd "$(dirname "$0")/.."
to=${1:-samples}
sparsedit=$(swift build -c release --show-bin-path)/sparsedit
[ -x "$sparsedit" ] || { echo "build first: make build"; exit 1; }
python3 -c 'import PIL' 2>/dev/null || { echo "Pillow is missing: python3 -m pip install pillow"; exit 1; }
mkdir -p "$to"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
edit() { echo "sparsedit $*" | sed "s,$work,.,g"; "$sparsedit" "$@" --quiet; }

# side_by_side OUTPUT HEIGHT PICTURE...: transparent parts over a chequerboard, under 120 kB.
side_by_side() {
  python3 - "$@" <<'PY'
import io, sys
from PIL import Image, ImageDraw
output, height, paths = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
pictures = []
for path in paths:
    picture = Image.open(path)
    if picture.mode.startswith("I"):  # 16 bits
        picture = picture.point(lambda value: value / 257).convert("L")
    picture = picture.convert("RGBA")
    picture = picture.resize((max(1, round(picture.width * height / picture.height)), height), Image.LANCZOS)
    board = Image.new("RGBA", picture.size, "white")
    draw = ImageDraw.Draw(board)
    for y in range(0, picture.height, 12):
        for x in range(y // 12 % 2 * 12, picture.width, 24):
            draw.rectangle((x, y, x + 11, y + 11), "#cccccc")
    board.alpha_composite(picture)
    pictures.append(board.convert("RGB"))
sheet = Image.new("RGB", (sum(p.width for p in pictures) + 6 * (len(pictures) - 1), height), "white")
x = 0
for picture in pictures:
    sheet.paste(picture, (x, 0))
    x += picture.width + 6
for quality in range(88, 20, -6):
    data = io.BytesIO()
    sheet.save(data, "JPEG", quality=quality, optimize=True)
    if data.tell() < 120_000:
        break
open(output, "wb").write(data.getvalue())
PY
}

# inpaint: the README's picture.
edit inpaint -i samples/street.jpg --mask masks/street.png -p "fresh green grass" --seed 7 -o "$work/street.png"
side_by_side "$to/street-edit.jpg" 400 samples/street.jpg "$work/street.png"

# inpaint --extend: a wider picture around an untouched one.
edit inpaint -i samples/pagoda.jpg --extend left=96,right=96 -p "lake shore with trees and hills" --seed 3 \
  -o "$work/wide.png"
side_by_side "$to/extend.jpg" 260 samples/pagoda.jpg "$work/wide.png"

# inpaint --region: two prompts in the colours of one mask.
python3 - "$work/colours.png" <<'PY'
import sys
from PIL import Image, ImageDraw
mask = Image.open("masks/street.png").convert("L")
colours = Image.new("RGB", mask.size)
left, _, right, _ = mask.getbbox()
middle = (left + right) // 2
colours.paste((255, 255, 255), mask=mask)
half = Image.new("L", mask.size)
half.paste(mask.crop((middle, 0, mask.width, mask.height)), (middle, 0))
colours.paste((255, 0, 0), mask=half)
colours.save(sys.argv[1])
PY
edit inpaint -i samples/street.jpg --mask "$work/colours.png" -p "fresh green grass" --region ff0000="red brick paving" \
  --seed 7 -o "$work/regions.png"
side_by_side "$to/regions.jpg" 300 "$work/colours.png" "$work/regions.png"

# background: the pagoda under another sky, with its matte.
edit mask -i samples/pagoda.jpg --add color-at:320,30,22,14 -o "$work/sky.png"
edit background -i samples/pagoda.jpg --mask "$work/sky.png" -p "sunset sky with red clouds" --harmonize 0.4 \
  --seed 5 -o "$work/sunset.png" --matte-output "$work/matte.png" --cutout-output "$work/cutout.png"
side_by_side "$to/background.jpg" 260 samples/pagoda.jpg "$work/matte.png" "$work/cutout.png" "$work/sunset.png"

# generate: four seeds, colours held to the first.
edit generate -p "weathered oak planks" -b 4 --match-color -o "$work/oak-%d.png"
side_by_side "$to/generate.jpg" 256 "$work"/oak-{0,1,2,3}.png

# texture: from a prompt, repeated 3 x 2, and a photograph made to repeat.
edit texture -p "mossy cobblestones" --seed 2 -o "$work/stones.png" --repeat 3x2
edit texture -i samples/brick.png -p "brick wall" -o "$work/brick.png" --repeat 2x2
side_by_side "$to/texture.jpg" 340 "$work/stones-3x2.png" samples/brick.png "$work/brick-2x2.png"

# maps: height, normal, roughness and occlusion of the tile.
edit maps -i "$work/stones.png" -o "$work/{map}.png" --map-depth 8
side_by_side "$to/maps.jpg" 256 "$work/stones.png" "$work"/{height,normal,roughness,occlusion}.png

# upscale: a quarter of the street's size, four times enlarged; in the middle what Lanczos makes of it.
python3 - "$work" <<'PY'
import sys
from PIL import Image
crop = Image.open("samples/street.jpg").convert("RGB").crop((300, 160, 620, 400))
small = crop.resize((80, 60), Image.LANCZOS)
small.save(sys.argv[1] + "/small.png")
small.resize((320, 240), Image.LANCZOS).save(sys.argv[1] + "/lanczos.png")
PY
edit upscale -i "$work/small.png" --scale 4 -p "brick houses in a street" -o "$work/large.png"
side_by_side "$to/upscale.jpg" 300 "$work/small.png" "$work/lanczos.png" "$work/large.png"

# adjust: dusk, under a mask of the sky and without one.
edit adjust -i samples/pagoda.jpg --exposure -0.8 --temperature 4200 --saturation 0.8 -o "$work/dusk.png"
edit adjust -i samples/pagoda.jpg --mask "$work/sky.png" --exposure -0.7 --temperature 9500 -o "$work/warm.png"
side_by_side "$to/adjust.jpg" 260 samples/pagoda.jpg "$work/dusk.png" "$work/warm.png"

# mask: by colour, by shape, and both put together and softened.
edit mask -i samples/pagoda.jpg --add color-at:320,30,22,14 --subtract ellipse:450,120,90,60 --feather 8 \
  -o "$work/mask.png"
side_by_side "$to/mask.jpg" 260 samples/pagoda.jpg "$work/sky.png" "$work/mask.png"

# batch: eight prompts with one model load, and the sheet that it writes.
for prompt in granite "dry grass" sand "red brick wall" bark snow "slate roof" gravel; do
  echo "{\"prompt\": \"$prompt\", \"output\": \"$work/batch-${prompt// /-}.png\"}"
done > "$work/jobs.jsonl"
edit batch --manifest "$work/jobs.jsonl" --contact-sheet "$work/sheet.png" generate
side_by_side "$to/batch.jpg" 180 "$work/sheet.png"
ls -l "$to"/*.jpg
