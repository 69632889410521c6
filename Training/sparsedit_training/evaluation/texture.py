"""How far one piece of texture is from another, whatever the places of its details.

Two patches of one wall differ in every pixel, so PSNR prefers a blur to a true continuation. Compared here is what
does not depend on places:

- colour: mean and deviation of L*, a* and b* (six numbers); the mean absolute difference over COLOUR_UNIT;
- energy: of L*, on four octaves (the patch, then halved by a binomial filter), the mean square difference of
  neighbours in four directions (right, down and both diagonals, the diagonals over their length): sixteen numbers;
  the mean absolute difference of ln(energy + FLOOR).

The distance is their sum. An energy part of 0.7 says that gradients are twice or half as strong, on average.
"""

import numpy as np

from .colour import lab

OCTAVES = 4
# Differences of 5 in L*, a* or b* are plainly seen; they weigh as much as a factor of e in energy.
COLOUR_UNIT = 5.0
# A little above what rounding to 8 bits alone leaves (steps of 0.4 in L*: 2 * 0.4**2 / 12 = 0.03).
FLOOR = 0.05


def halved(plane: np.ndarray) -> np.ndarray:
    """The plane (H, W) at half size, after the binomial filter 1 3 3 1."""
    for axis in (0, 1):
        rows = np.moveaxis(plane, axis, 0)
        rows = np.pad(rows[: rows.shape[0] // 2 * 2], ((1, 1), (0, 0)), mode="edge")
        rows = (rows[:-2:2] + 3 * rows[1:-1:2] + 3 * rows[2::2] + rows[3::2]) / 8
        plane = np.moveaxis(rows, 0, axis)
    return plane


def gradients(plane: np.ndarray) -> list[np.ndarray]:
    """Differences of neighbours to the right, below, and on both diagonals (per unit of length)."""
    root = np.float32(2**-0.5)
    return [
        plane[:, 1:] - plane[:, :-1],
        plane[1:] - plane[:-1],
        (plane[1:, 1:] - plane[:-1, :-1]) * root,
        (plane[1:, :-1] - plane[:-1, 1:]) * root,
    ]


def energies(plane: np.ndarray, octaves: int = OCTAVES) -> np.ndarray:
    """Mean square gradients (octaves, 4) of a plane (H, W)."""
    out = []
    for _ in range(octaves):
        out.append([float(np.square(g).mean()) for g in gradients(plane)])
        plane = halved(plane)
    return np.array(out)


def texture_distance(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """Distance of two 8-bit RGB patches (H, W, 3): `colour`, `energy`, and `distance`, their sum."""
    first, second = lab(a), lab(b)
    moments = [np.concatenate((x.mean((0, 1)), x.std((0, 1)))) for x in (first, second)]
    colour = float(np.abs(moments[0] - moments[1]).mean() / COLOUR_UNIT)
    logs = [np.log(energies(x[..., 0]) + FLOOR) for x in (first, second)]
    energy = float(np.abs(logs[0] - logs[1]).mean())
    return {"distance": colour + energy, "colour": colour, "energy": energy}


def fine_detail(a: np.ndarray, b: np.ndarray) -> float:
    """Gradient energy on the finest octave of 8-bit patch `a` over that of `b`."""
    return float(energies(lab(a)[..., 0], 1).mean() / max(energies(lab(b)[..., 0], 1).mean(), FLOOR))


def border_ratio(picture: np.ndarray, top: int, left: int, size: int, reach: int = 1) -> float:
    """How much the border of a square hole shows in a picture (H, W, 3): 1 is like any other place.

    The mean difference of neighbours across the border over that of neighbours inside the hole. With `reach` above 1
    the neighbours are the means of so many pixels in a row on either side: that finds a step that was feathered.
    """
    picture = picture.astype(np.float32)
    across, inside = [], []
    for turned, y, x in ((picture, top, left), (picture.swapaxes(0, 1), left, top)):
        rows = turned[y : y + size]
        # means[:, i] is the mean of columns i ..< i + reach; steps[:, i] is across the line before column i + reach.
        sums = np.cumsum(np.pad(rows, ((0, 0), (1, 0), (0, 0))), 1)
        means = (sums[:, reach:] - sums[:, :-reach]) / reach
        steps = np.abs(means[:, reach:] - means[:, :-reach]).sum(-1)
        across += [steps[:, x - reach], steps[:, x + size - reach]]
        inside.append(steps[:, x : x + size - 2 * reach + 1].ravel())
    return float(np.concatenate(across).mean() / max(np.concatenate(inside).mean(), 1e-6))
