"""Whether textures meet when they are repeated."""

import numpy as np

from .command import read
from .intervals import interval
from .materials import MATERIALS
from .plan import Context

PATCH = 16
# Lines of each texture that are looked at for comparison.
LINES = 8
# Surfaces; skies, stars and forests are no tiles.
SURFACES = [material for material in MATERIALS if material.name not in ("sky", "stars", "forest")]


def seam_ratio(pixels: np.ndarray) -> tuple[float, float]:
    """Mean difference of the pixels that meet when (H, W, 3) is repeated, over that of neighbours inside: x and y."""
    plane = pixels.astype(np.float32)
    out = []
    for turned in (plane, plane.swapaxes(0, 1)):
        inside = np.abs(np.diff(turned, axis=1)).mean()
        out.append(float(np.abs(turned[:, 0] - turned[:, -1]).mean() / max(inside, 1e-6)))
    return out[0], out[1]


def seam_over_patches(pixels: np.ndarray) -> float:
    """The seam's differences over those across the other borders of patches of 16 px, the larger of x and y.

    A seam lies between patches; where all of these are rougher than the middle of a patch, it is no worse than they.
    """
    plane = pixels.astype(np.float32)
    out = []
    for turned in (plane, plane.swapaxes(0, 1)):
        lines = np.abs(np.roll(turned, -1, 1) - turned)[:, PATCH - 1 :: PATCH].mean((0, 2))
        out.append(float(lines[-1] / max(lines[:-1].mean(), 1e-6)))
    return max(out)


def seams_elsewhere(pixels: np.ndarray, count: int, rng: np.random.Generator) -> list[float]:
    """The larger of both ratios at `count` random lines: what it is where there is no seam.

    Of two lines of a texture the rougher one is above the mean more often than not.
    """
    height, width, _ = pixels.shape
    moves = zip(rng.integers(1, height, count), rng.integers(1, width, count))
    return [max(seam_ratio(np.roll(pixels, (int(y), int(x)), (0, 1)))) for y, x in moves]


def evaluate_tiling(context: Context) -> dict:
    """Seam ratios of `texture` by its own report, and how far the written files' differ from them."""
    x, y, off, patches, elsewhere = [], [], [], [], []
    rng = np.random.default_rng(9)
    for index in range(context.plan.textures):
        material = SURFACES[index % len(SURFACES)]
        prompt = material.prompts[index // len(SURFACES) % 2]
        file = context.folder / "tiling" / f"{index:03d}.png"
        options = {"seed": 500 + index, "width": 256, "height": 256, **context.plan.sampling}
        report = context.command.run("texture", prompt, file, options)[0]
        # Null where nothing changes inside: a plain colour, which meets itself.
        ratio = [report["seam_ratio"][axis] or 1.0 for axis in ("x", "y")]
        x.append(ratio[0])
        y.append(ratio[1])
        pixels = read(file)
        off.append(max(abs(a - b) for a, b in zip(seam_ratio(pixels), ratio)))
        patches.append(seam_over_patches(pixels))
        elsewhere += seams_elsewhere(pixels, LINES, rng)
    larger = np.maximum(x, y)
    return {
        "textures": len(x),
        "x": interval(x),
        "y": interval(y),
        "larger_of_both": interval(larger),
        "larger_of_both_elsewhere": round(float(np.median(elsewhere)), 3),
        "over_other_patch_borders": interval(patches),
        "worst": round(float(larger.max()), 3),
        "below_1.3": round(float((larger < 1.3).mean()), 3),
        # The command measures before rounding to 8 bits.
        "report_off_file_by": round(float(max(off)), 4),
    }
