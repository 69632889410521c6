"""Held-out crops to measure on."""

import numpy as np

from ..data import Picture, Pictures

# What the model is for; objects, animals and plants alone are not.
KINDS = ("texture", "aerial", "sky", "landscape", "building")


def held_out_crops(pictures: Pictures, count: int, size: int, seed: int) -> list[tuple[Picture, np.ndarray]]:
    """`count` crops (size, size, 3) of different held-out pictures that are at least that large."""
    rng = np.random.default_rng(seed)
    able = [p for p in pictures.evaluation if p.kind in KINDS and min(p.width, p.height) >= size]
    chosen = rng.permutation(len(able))[:count]
    return [(able[i], pictures.crop(able[i], size, rng, augment=False)[0]) for i in chosen]
