"""Numbers that tell materials apart: colours, gradients, spectrum, layout. No network, so nothing of the model.

They are taken from the picture at half size: what a thing is shows there, and softness of single pixels, which is
measured elsewhere, does not decide.
"""

import numpy as np

from .colour import chroma_and_hue, lab
from .texture import energies, gradients, halved

SIDE = 256
SMALL = SIDE // 2
BANDS = 3
RINGS = 7
SECTORS = 6


def spectrum(plane: np.ndarray) -> np.ndarray:
    """ln of the power (RINGS * SECTORS) of a square plane, less its mean, by frequency (octave halves) and direction."""
    side = len(plane)
    window = np.hanning(side)[:, None] * np.hanning(side)[None]
    centred = (plane - plane.mean()) * window
    power = np.abs(np.fft.rfft2(centred)) ** 2
    y, x = np.fft.fftfreq(side)[:, None] * side, np.fft.rfftfreq(side)[None] * side
    ring = np.floor(np.log2(np.maximum(np.hypot(x, y), 1)) * RINGS / np.log2(side / 2)).astype(int)
    sector = np.floor((np.arctan2(y, x) / np.pi + 0.5) * SECTORS - 1e-6).clip(0, SECTORS - 1).astype(int)
    place = np.where(ring < RINGS, ring * SECTORS + sector, RINGS * SECTORS)
    sums = np.bincount(place.ravel(), power.ravel(), RINGS * SECTORS + 1)[:-1]
    counts = np.bincount(place.ravel(), minlength=RINGS * SECTORS + 1)[:-1]
    return np.log(sums / np.maximum(counts, 1) + 1)


def local_patterns(plane: np.ndarray) -> np.ndarray:
    """Shares (10) of rotation-invariant uniform binary patterns of 8 neighbours (Ojala 2002)."""
    ring = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    height, width = plane.shape
    centre = plane[1:-1, 1:-1]
    higher = np.stack([plane[1 + y : height - 1 + y, 1 + x : width - 1 + x] > centre + 0.3 for y, x in ring])
    changes = (higher != np.roll(higher, 1, 0)).sum(0)
    code = np.where(changes <= 2, higher.sum(0), 9)
    return np.bincount(code.ravel(), minlength=10)[:10] / code.size


def peakedness(gradient: np.ndarray) -> float:
    """ln of the third absolute moment over the deviation's cube: few strong edges, or many weak ones."""
    squares = gradient * gradient
    third = (squares * np.abs(gradient)).mean()
    return float(np.log(third / (squares.mean() ** 1.5 + 0.01) + 0.1))


def features(pixels: np.ndarray) -> np.ndarray:
    """One vector for 8-bit RGB (SIDE, SIDE, 3)."""
    quarters = pixels.reshape(SMALL, 2, SMALL, 2, 3).mean((1, 3), dtype=np.float32)
    values = lab(quarters.round().astype(np.uint8)).astype(np.float32)
    flat = values.reshape(-1, 3)
    mean, deviation = flat.mean(0), flat.std(0)
    centred = (flat - mean) / (deviation + 1)
    skew = (centred * centred * centred).mean(0)
    chroma, hue = chroma_and_hue(flat)
    hues = np.bincount((hue // 30).astype(int) % 12, chroma, 12) / (chroma.sum() + 1e-3)
    tones = np.bincount(np.minimum(flat[:, 0] // 12.5, 7).astype(int), minlength=8) / len(flat)
    edges = np.linspace(0, SMALL, BANDS + 1).astype(int)
    bands = np.stack([values[a:b].mean((0, 1)) for a, b in zip(edges, edges[1:])]) - mean
    correlation = np.corrcoef(
        flat[::7].T + 1e-3 * np.random.default_rng(0).standard_normal((3, len(flat[::7])))
    )
    out = [mean, deviation, skew, [chroma.mean(), np.log1p(chroma.std())], hues, tones, bands.ravel()]
    out.append(correlation[np.triu_indices(3, 1)])
    plane = values[..., 0]
    for _ in range(4):
        logs = np.log(energies(plane, 1)[0] + 0.01)
        peaks = [peakedness(gradient) for gradient in gradients(plane)]
        out += [[logs.mean()], logs - logs.mean(), [np.mean(peaks)], local_patterns(plane)]
        plane = halved(plane)
    for channel in (1, 2):
        out.append(np.log(energies(values[..., channel], 3).mean(1) + 0.01))
    out.append(spectrum(values[..., 0]))
    return np.concatenate([np.asarray(part, np.float32).ravel() for part in out])
