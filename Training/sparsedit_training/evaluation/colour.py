"""Colours of a picture in CIE 1976 L*a*b*, and what is said about them."""

from collections.abc import Callable

import numpy as np

# sRGB primaries to XYZ over the D65 white (IEC 61966-2-1), rows X, Y, Z.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
LINEAR = np.arange(256) / 255
LINEAR = np.where(LINEAR <= 0.04045, LINEAR / 12.92, ((LINEAR + 0.055) / 1.055) ** 2.4).astype(np.float32)


def lab(pixels: np.ndarray) -> np.ndarray:
    """L* in 0..100, a* and b* (..., 3) of 8-bit sRGB pixels (..., 3)."""
    white = TO_XYZ.sum(1)
    ratio = LINEAR[pixels] @ (TO_XYZ / white[:, None]).T.astype(np.float32)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)


def chroma_and_hue(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chroma, and hue in degrees 0..360, of Lab values (..., 3)."""
    a, b = values[..., 1], values[..., 2]
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _between(low: float, high: float, chroma: float, light: tuple[float, float] = (0, 100)) -> Callable:
    def matches(lightness: np.ndarray, saturation: np.ndarray, hue: np.ndarray) -> np.ndarray:
        inside = (hue >= low) & (hue <= high) if low <= high else (hue >= low) | (hue <= high)
        return inside & (saturation >= chroma) & (lightness >= light[0]) & (lightness <= light[1])

    return matches


# What counts as a colour word's colour: hue range in degrees, least chroma, range of lightness. Generous, and
# overlapping on purpose: dark orange is brown. Green is asked for by green_dominant.
WORDS: dict[str, Callable] = {
    "red": _between(5, 58, 15, (8, 70)),
    "orange": _between(40, 85, 30, (35, 90)),
    "yellow": _between(72, 112, 25, (45, 100)),
    "brown": _between(35, 95, 8, (8, 62)),
    "blue": _between(215, 310, 8),
    "purple": _between(295, 350, 10),
    "white": lambda lightness, saturation, hue: (lightness >= 75) & (saturation < 14),
    "grey": lambda lightness, saturation, hue: (lightness > 15) & (lightness < 85) & (saturation < 10),
    "black": lambda lightness, saturation, hue: (lightness <= 30) & (saturation < 18),
}


def green_dominant(pixels: np.ndarray) -> float:
    """Share of pixels whose green exceeds red and blue, by more than 3 of 255 so that grey is not counted."""
    red, green, blue = (pixels[..., i].astype(int) for i in range(3))
    return float((green > np.maximum(red, blue) + 3).mean())


def share_of(word: str, pixels: np.ndarray) -> float:
    """Share of the pixels that have the colour that the word names."""
    if word == "green":
        return green_dominant(pixels)
    values = lab(pixels)
    return float(WORDS[word](values[..., 0], *chroma_and_hue(values)).mean())


def statistics(pixels: np.ndarray) -> dict[str, float]:
    """Mean lightness, a*, b* and chroma, mean HSV saturation, share of pixels with a channel at its end."""
    values = lab(pixels)
    top, bottom = pixels.max(-1).astype(float), pixels.min(-1).astype(float)
    return {
        "lightness": float(values[..., 0].mean()),
        "a": float(values[..., 1].mean()),
        "b": float(values[..., 2].mean()),
        "chroma": float(chroma_and_hue(values)[0].mean()),
        "saturation": float(((top - bottom) / np.maximum(top, 1)).mean()),
        "clipped": float(((top >= 254) | (bottom <= 1)).mean()),
    }
