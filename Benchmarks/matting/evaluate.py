#!/usr/bin/env python3
"""Measures `sparsedit background` against pymatting's closed-form matting on composites with known alpha.

    pip install numpy scipy pillow scikit-image pymatting numba
    swift build -c release --product sparsedit
    python3 Benchmarks/matting/evaluate.py

Both programs get the same pictures and the same trimaps. The error is the mean absolute difference from the true
alpha over the trimap's unknown pixels. pymatting's time is that of the call alone, in a process that has compiled
its functions before; ours is that of the whole command: start, decoding, alpha, foreground colours, encoding.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pymatting
from PIL import Image

from composites import composites, to_encoded, to_linear

ROOT = Path(__file__).resolve().parents[2]


def ours(tool: Path, folder: Path, composite, refine: str):
    picture, trimap, result, matte = (folder / f"{n}.png" for n in ("picture", "trimap", "result", "matte"))
    Image.fromarray(composite.picture).save(picture)
    Image.fromarray(composite.trimap).save(trimap)
    start = time.perf_counter()
    subprocess.run(
        [tool, "background", "--image", picture, "--trimap", trimap, "--transparent", "--refine", refine,
         "--output", result, "--matte-output", matte, "--quiet"],
        check=True,
    )
    seconds = time.perf_counter() - start
    alpha = np.asarray(Image.open(matte), dtype=np.float64) / 65535
    return alpha, seconds, np.asarray(Image.open(result), dtype=np.float64) / 255


def reference(composite):
    trimap = np.where(composite.trimap == 128, 0.5, composite.trimap / 255)
    start = time.perf_counter()
    alpha = pymatting.estimate_alpha_cf(composite.picture / 255, trimap)
    seconds = time.perf_counter() - start
    return alpha, seconds


def composite_error(colors, alpha, composite):
    """Mean absolute error, in sRGB values over the unknown pixels, of the cut-out put over flat green in linear light."""
    green = to_linear(np.array([0.1, 0.7, 0.2]))

    def over(colors, alpha):
        return to_encoded(alpha[..., None] * to_linear(colors) + (1 - alpha[..., None]) * green)

    difference = np.abs(over(colors, alpha) - over(composite.foreground, composite.alpha))
    return float(difference[composite.trimap == 128].mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=Path, default=ROOT / ".build/release/sparsedit")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sparsedit-matting")
    parser.add_argument("--side", type=int, default=700, help="longer side of the cut-outs in pixels")
    parser.add_argument("--radius", type=int, default=10, help="half-width of the unknown band in pixels")
    parser.add_argument("--refine", default="closed-form")
    parser.add_argument("--encoded", action="store_true", help="mix code values instead of light")
    parser.add_argument("--json", type=Path, help="also write the measurements here")
    arguments = parser.parse_args()

    # numba compiles on the first call, which is not pymatting's speed.
    small = np.random.default_rng(0).random((32, 32, 3))
    pymatting.estimate_alpha_cf(small, np.tile(np.repeat([0, 0.5, 1], [10, 12, 10]), (32, 1)))

    rows = []
    print("| picture | size | unknown | error, ours | error, pymatting | s, ours | s, pymatting | largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for composite in composites(
            arguments.work, ROOT / "samples", arguments.side, arguments.radius, not arguments.encoded
        ):
            unknown = composite.trimap == 128
            alpha, seconds, cut_out = ours(arguments.tool, Path(folder), composite, arguments.refine)
            other, other_seconds = reference(composite)
            row = {
                "name": composite.name,
                "width": alpha.shape[1],
                "height": alpha.shape[0],
                "unknown": int(unknown.sum()),
                "error": float(np.abs(alpha - composite.alpha)[unknown].mean()),
                "reference_error": float(np.abs(other - composite.alpha)[unknown].mean()),
                "seconds": seconds,
                "reference_seconds": other_seconds,
                "largest_difference": float(np.abs(alpha - other).max()),
                "composite_error": composite_error(cut_out[..., :3], cut_out[..., 3], composite),
                "reference_composite_error": composite_error(
                    np.clip(pymatting.estimate_foreground_ml(composite.picture / 255, other), 0, 1), other, composite
                ),
            }
            rows.append(row)
            print(
                "| {name} | {width} x {height} | {unknown} | {error:.5f} | {reference_error:.5f} | {seconds:.2f} "
                "| {reference_seconds:.2f} | {largest_difference:.4f} |".format(**row),
                flush=True,
            )
    mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0] if key != "name"}
    print(
        "| mean of {} | | {unknown:.0f} | {error:.5f} | {reference_error:.5f} | {seconds:.2f} "
        "| {reference_seconds:.2f} | {largest_difference:.4f} |".format(len(rows), **mean)
    )
    print(
        "\nCut out and put over green, error of the result: ours {composite_error:.5f}, pymatting's matte and "
        "foreground {reference_composite_error:.5f}.".format(**mean)
    )
    if arguments.json:
        arguments.json.write_text(json.dumps({"pictures": rows, "mean": mean}, indent=1) + "\n")
    # 16-bit mattes and the solver's tolerance allow for a ten-thousandth.
    return 0 if mean["error"] <= mean["reference_error"] + 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
