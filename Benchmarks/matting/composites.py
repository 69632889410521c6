"""Composites with known alpha: cut-outs of Debian's tuxpaint-stamps-default over real pictures.

Nothing is committed: the stamps come from `apt-get download`, the backgrounds from samples/ and scikit-image.
"""

import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
import skimage.data
from PIL import Image
from scipy.ndimage import distance_transform_edt

STAMPS = "usr/share/tuxpaint/stamps"

# Cut-outs with soft borders (fur, feathers, twigs, leaves), each over a background of its own kind.
PAIRS = [
    ("animals/birds/crowned_crane", "street"),
    ("animals/mammals/bovines/indian_blackbuck", "pagoda"),
    ("animals/birds/peacock", "coffee"),
    ("animals/mammals/cats/tiger_sumatran", "astronaut"),
    ("animals/mammals/bovines/gnu-stand", "chelsea"),
    ("animals/mammals/aquatic/otter", "rocket"),
    ("animals/mammals/cats/lion-2", "street"),
    ("animals/mammals/dogs/dog", "pagoda"),
    ("animals/mammals/bears/european-bear", "coffee"),
    ("animals/mammals/ferret", "astronaut"),
    ("plants/trees/tree336", "chelsea"),
    ("plants/thyme", "rocket"),
    ("animals/birds/ostrich", "street"),
    ("animals/birds/albino_peahen", "pagoda"),
]


class Composite(NamedTuple):
    name: str
    picture: np.ndarray  # (height, width, 3), 8 bits, sRGB
    trimap: np.ndarray  # (height, width), 0, 128, 255
    alpha: np.ndarray  # (height, width), float64, 0...1
    foreground: np.ndarray  # (height, width, 3), float64, sRGB-encoded 0...1, where alpha > 0


def to_linear(encoded):
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def to_encoded(linear):
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


def fetch_stamps(work: Path) -> Path:
    root = work / "stamps"
    if not (root / STAMPS).is_dir():
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "tuxpaint-stamps-default"], cwd=work, check=True)
        package = next(work.glob("tuxpaint-stamps-default_*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        package.unlink()
    return root / STAMPS


def background(name: str, samples: Path, size) -> Image.Image:
    path = samples / f"{name}.jpg"
    if path.exists():
        picture = Image.open(path).convert("RGB")
    else:
        picture = Image.fromarray(getattr(skimage.data, name)()[..., :3])
    # Cover the whole canvas, keep the aspect ratio, crop from the top left.
    scale = max(size[0] / picture.width, size[1] / picture.height)
    covering = (max(size[0], round(picture.width * scale)), max(size[1], round(picture.height * scale)))
    return picture.resize(covering, Image.LANCZOS).crop((0, 0, *size))


def composite(stamp: Path, ground: str, samples: Path, long_side: int, radius: int, linear: bool) -> Composite:
    cut = Image.open(stamp).convert("RGBA")
    scale = long_side / max(cut.size)
    margin = long_side // 12
    size = (round(cut.width * scale), round(cut.height * scale))
    pixels = np.asarray(cut, dtype=np.float64) / 255
    premultiplied = np.dstack([pixels[..., :3] * pixels[..., 3:], pixels[..., 3]])
    planes = [
        np.asarray(Image.fromarray(premultiplied[..., c].astype(np.float32)).resize(size, Image.BICUBIC))
        for c in range(4)
    ]
    planes = [np.pad(np.clip(plane, 0, 1), margin) for plane in planes]
    alpha = planes[3].astype(np.float64)
    alpha[alpha < 1 / 255] = 0
    alpha[alpha > 254 / 255] = 1
    foreground = np.dstack([np.clip(plane / np.maximum(alpha, 1 / 255), 0, 1) for plane in planes[:3]])
    back = np.asarray(background(ground, samples, alpha.shape[::-1]), dtype=np.float64) / 255
    a = alpha[..., None]
    if linear:  # as light mixes in a camera
        picture = to_encoded(a * to_linear(foreground) + (1 - a) * to_linear(back))
    else:  # as most programs mix
        picture = a * foreground + (1 - a) * back
    sure_foreground = distance_transform_edt(alpha == 1) > radius
    sure_background = distance_transform_edt(alpha == 0) > radius
    trimap = np.full(alpha.shape, 128, dtype=np.uint8)
    trimap[sure_foreground] = 255
    trimap[sure_background] = 0
    return Composite(
        stamp.stem, np.round(picture * 255).astype(np.uint8), trimap, alpha, foreground
    )


def composites(work: Path, samples: Path, long_side: int, radius: int, linear: bool):
    stamps = fetch_stamps(work)
    for stamp, ground in PAIRS:
        yield composite(stamps / f"{stamp}.png", ground, samples, long_side, radius, linear)
