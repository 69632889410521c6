"""Latents of augmented crops, computed once: the encoder stays out of the transformer's loop."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from .autoencoder import CompactAutoencoder
from .captions import scales, truthful
from .data import Picture, Pictures
from .growth import Growth
from .runtime import device

FILE_LIMIT = 48 << 20


@dataclass(frozen=True)
class CachedCrop:
    """What a caption for the crop is made from."""

    caption: str
    texture: bool
    shown: float


def load_autoencoder(folder: Path) -> CompactAutoencoder:
    """The trained autoencoder with its latent statistics."""
    model = CompactAutoencoder.from_json(json.loads((folder / "autoencoder_final.json").read_text()))
    model.load_state_dict(torch.load(folder / "autoencoder_final.pt")["model"])
    return model.eval()


@torch.no_grad()
def cache_latents(folder: Path, size: int, versions: int, overgrown: float, seed: int) -> None:
    """`versions` crops of every training picture, and a share of `overgrown` more with moss on them, in
    files below 50 MB: latents-SIZE-N.npz."""
    where = device()
    model = load_autoencoder(folder).to(where, memory_format=torch.channels_last)
    pictures = Pictures(folder / "data")
    growth = Growth(pictures)
    rng = np.random.default_rng((seed, size))
    # A picture smaller than the crop would only be blown up.
    usable = [p for p in pictures.training if min(p.height, p.width) >= size]
    jobs: list[Picture | None] = [p for _ in range(versions) for p in usable]
    jobs += [None] * round(overgrown * len(jobs))
    side = size // 8
    per_file = FILE_LIMIT // (16 * side * side * 2)
    for number, start in enumerate(range(0, len(jobs), per_file)):
        part = jobs[start : start + per_file]
        latents = np.empty((len(part), 16, side, side), np.float16)
        crops: list[dict] = []
        batch = 32 * 128 * 128 // (size * size)
        for first in range(0, len(part), batch):
            chosen = part[first : first + batch]
            drawn = [draw(pictures, growth, job, size, rng) for job in chosen]
            pixels = torch.from_numpy(np.stack([crop for crop, _ in drawn])).permute(0, 3, 1, 2)
            picture = pixels.float().div(127.5).sub(1).to(where)
            # In float32: a CPU's convolutions are faster in it, and it is done once.
            latent = model.encode(picture.contiguous(memory_format=torch.channels_last))
            latents[first : first + len(chosen)] = latent.cpu().numpy()
            crops += [asdict(crop) for _, crop in drawn]
        np.savez(folder / f"latents-{size}-{number}.npz", latents=latents, crops=json.dumps(crops))
        print(f"{size} px: {start + len(part)} of {len(jobs)}", flush=True)


def draw(
    pictures: Pictures, growth: Growth, picture: Picture | None, size: int, rng: np.random.Generator
) -> tuple[np.ndarray, CachedCrop]:
    """A crop of the picture, or of some overgrown one, and what its caption is made from."""
    if picture is None:
        pixels, scale, base, caption = growth.draw(size, rng)
        return pixels, replace(describe(base, scale, size), caption=caption)
    pixels, scale = pictures.crop(picture, size, rng, scales=scales(picture.caption))
    caption = truthful(picture.caption, pixels.mean((0, 1)))
    return pixels, replace(describe(picture, scale, size), caption=caption)


def describe(picture: Picture, scale: float, size: int) -> CachedCrop:
    shown = scale * size / min(picture.height, picture.width)
    return CachedCrop(picture.caption, picture.kind == "texture", shown)


def load_latents(folder: Path, size: int) -> tuple[np.ndarray, list[CachedCrop]]:
    """Latents (N, 16, size / 8, size / 8) float16 and their crops."""
    arrays, crops = [], []
    number = 0
    while (path := folder / f"latents-{size}-{number}.npz").exists():
        with np.load(path) as file:
            arrays.append(file["latents"])
            crops += [CachedCrop(**crop) for crop in json.loads(str(file["crops"]))]
        number += 1
    return np.concatenate(arrays), crops
