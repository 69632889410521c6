"""Holes in held-out crops, filled by the command and by classical methods."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .autoencoder import similarity
from .crops import held_out_crops
from .fidelity import psnr
from .intervals import interval
from .plan import Context
from .texture import border_ratio, fine_detail, texture_distance

CROP = 256
HOLES = (64, 96)
MARGIN = 24
CLASSICAL = ("telea", "navier_stokes", "biharmonic")
VARIANTS = ("caption", "no_prompt", "caption_poisson")
SHOWN = 10


def classical(picture: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """The fills of OpenCV (radius 5) and scikit-image for a picture (H, W, 3) and a mask (H, W) of booleans."""
    try:
        import cv2
        from skimage.restoration import inpaint_biharmonic
    except ImportError as error:
        raise SystemExit(
            f"{error}: the classical fills need the extra `evaluate`: pip install -e '.[evaluate]'"
        )
    flags = {"telea": cv2.INPAINT_TELEA, "navier_stokes": cv2.INPAINT_NS}
    hole = mask.astype(np.uint8) * 255
    out = {name: cv2.inpaint(picture, hole, 5, flag) for name, flag in flags.items()}
    smooth = inpaint_biharmonic(picture, mask, channel_axis=-1)
    out["biharmonic"] = (smooth.clip(0, 1) * 255).round().astype(np.uint8)
    return out


def figures(truth: np.ndarray, filled: np.ndarray, top: int, left: int, size: int) -> dict[str, float]:
    """Every measure of one fill; `truth` and `filled` are whole crops."""
    inside = np.s_[top : top + size, left : left + size]
    pair = [torch.from_numpy(x[inside].copy()).permute(2, 0, 1)[None].float() / 255 for x in (truth, filled)]
    return {
        **texture_distance(filled[inside], truth[inside]),
        "fine_detail": fine_detail(filled[inside], truth[inside]),
        "border": border_ratio(filled, top, left, size),
        "border_4px": border_ratio(filled, top, left, size, 4),
        "psnr": psnr(truth[inside], filled[inside]),
        "ssim": similarity(*pair).item(),
    }


def elsewhere(picture: np.ndarray, top: int, left: int, size: int) -> np.ndarray:
    """The crop with its hole filled by another piece of itself: what a perfect texture would get."""
    other = [0 if at > CROP - at - size else CROP - size for at in (top, left)]
    out = picture.copy()
    piece = picture[other[0] : other[0] + size, other[1] : other[1] + size]
    out[top : top + size, left : left + size] = piece
    return out


def ours(context: Context, folder: Path, name: str, caption: str, seed: int) -> dict[str, np.ndarray]:
    """The command's fills of `name`.png through `name`-mask.png, one a variant.

    Nothing of what was in the hole may be used, so nothing of it is faded back in either: the feather is 0. The
    captions agree with what surrounds the holes, so it may lead.
    """
    variants = {
        "caption": (caption, {}),
        "no_prompt": ("", {}),
        "caption_poisson": (caption, {"seam": "poisson"}),
    }
    image, mask = folder / f"{name}.png", folder / f"{name}-mask.png"
    common = {"seed": seed, "mask_feather": 0, "clean_context": 1, **context.plan.sampling}
    return {
        label: context.command.inpaint(
            image, mask, prompt, folder / f"{name}-{label}.png", **common, **options
        )
        for label, (prompt, options) in variants.items()
        if label in context.plan.fills
    }


def evaluate_inpainting(context: Context) -> dict:
    """Medians over the crops by size of hole and method; the ratio to the best classical distance."""
    folder = context.folder / "inpainting"
    folder.mkdir(parents=True, exist_ok=True)
    crops = held_out_crops(context.pictures, context.plan.inpainting_crops, CROP, seed=11)
    rng = np.random.default_rng(12)
    results: dict[int, dict[str, list]] = {size: defaultdict(list) for size in HOLES}
    strips = []
    for index, (picture, truth) in enumerate(crops):
        for size in HOLES:
            top, left = (int(x) for x in rng.integers(MARGIN, CROP - size - MARGIN + 1, 2))
            mask = np.zeros((CROP, CROP), bool)
            mask[top : top + size, left : left + size] = True
            holed = truth.copy()
            holed[mask] = 128
            name = f"{index:02d}-{size}"
            Image.fromarray(holed).save(folder / f"{name}.png")
            Image.fromarray(mask.astype(np.uint8) * 255).save(folder / f"{name}-mask.png")
            fills = classical(holed, mask) | ours(context, folder, name, picture.caption, index)
            fills["another_patch"] = elsewhere(truth, top, left, size)
            for method, filled in fills.items():
                results[size][method].append(figures(truth, filled, top, left, size))
            if size == HOLES[-1] and index < SHOWN:
                names = ("telea", "biharmonic", *context.plan.fills)
                strips.append(np.concatenate((truth, holed, *(fills[name] for name in names)), 1))
    Image.fromarray(np.concatenate(strips)).save(context.folder / "inpainting.png")
    return {"crops": len(crops)} | {f"{size}px": summary(results[size]) for size in HOLES}


def summary(methods: dict[str, list[dict[str, float]]]) -> dict:
    """Medians with intervals; `ratio` is the median over crops of our distance over the best classical one's."""
    out: dict = {
        method: {key: interval([row[key] for row in rows]) for key in rows[0]}
        for method, rows in methods.items()
    }
    best = np.min([[row["distance"] for row in methods[name]] for name in CLASSICAL], 0)
    name = min(CLASSICAL, key=lambda method: out[method]["distance"]["value"])
    out["best_classical"] = name
    for label in [name for name in VARIANTS if name in methods]:
        mine = np.array([row["distance"] for row in methods[label]])
        theirs = np.array([row["distance"] for row in methods[name]])
        out[label]["ratio_of_medians"] = round(float(np.median(mine) / np.median(theirs)), 3)
        # In a plain picture a classical fill may be perfect.
        out[label]["ratio_to_best_of_each"] = interval(mine / np.maximum(best, 0.01))
        out[label]["crops_won"] = round(float((mine < best).mean()), 3)
    return out
