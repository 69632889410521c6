"""The detail network: a small feed-forward upscaler, 4x, that draws grain at any size.

Convolutions only, so that a tile of a picture comes out as in the whole, and a torus closes.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class DetailConfig:
    """Shape of a `CompactUpscaler`."""

    width: int = 48
    pairs: int = 5
    scale: int = 4

    def to_json(self) -> dict:
        """The exported `config.json`."""
        return {"_class_name": "CompactUpscaler", **asdict(self)}


class Pair(nn.Module):
    """x + conv2(prelu(conv1(x)))"""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.act = nn.PReLU(width, 0.1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        # Near the identity at the start, but not at it: the tail learns from features at once.
        self.conv2.weight.data.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(self.act(self.conv1(x)))


class CompactUpscaler(nn.Module):
    """Picture (B, 3, H, W) in 0..1 to (B, 3, scale H, scale W): what is added to bicubic enlargement."""

    def __init__(self, config: DetailConfig):
        super().__init__()
        self.config = config
        self.head = nn.Conv2d(3, config.width, 3, padding=1)
        self.body = nn.ModuleList(Pair(config.width) for _ in range(config.pairs))
        self.tail = nn.Conv2d(config.width, 3 * config.scale**2, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.head(picture)
        for pair in self.body:
            x = pair(x)
        added = F.pixel_shuffle(self.tail(x), self.config.scale)
        return added + enlarged(picture, self.config.scale)


def enlarged(picture: Tensor, scale: int) -> Tensor:
    """Catmull-Rom enlargement with the border's pixels repeated.

    torch's own bicubic has a = -0.75, which rings more.
    """
    padded = F.pad(picture, (2, 2, 2, 2), mode="replicate")
    for axis in (2, 3):
        padded = along(padded, scale, axis)
    return padded


def along(x: Tensor, scale: int, axis: int) -> Tensor:
    """x, padded by 2 at each end of `axis`, enlarged along it."""
    length = x.size(axis) - 4
    phases = []
    for phase in range(scale):
        offset = (phase + 0.5) / scale - 0.5
        first = -2 if offset < 0 else -1
        weights = [catmull_rom(offset - (first + tap)) for tap in range(4)]
        phases.append(sum(w * x.narrow(axis, 2 + first + tap, length) for tap, w in enumerate(weights)))
    return torch.stack(phases, axis + 1).flatten(axis, axis + 1)


def catmull_rom(t: float) -> float:
    t = abs(t)
    if t < 1:
        return 1.5 * t**3 - 2.5 * t**2 + 1
    return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t < 2 else 0.0
