"""Stone with moss on it, made from pictures of stone and of moss: few pictures show both."""

import re

import numpy as np
from PIL import Image

from .captions import scales, without_colors
from .data import Picture, Pictures

# What moss is laid over, and what is laid over it.
BASE = re.compile(
    r"\b(stones?|rocks?|rocky|bricks?|cobble\w*|paving|flagstones|concrete|walls?|tiles?|roof|planks|wood|wooden|"
    r"bark|masonry|cliff|pebbles|gravel|pavement|slabs?)\b"
)
# What people ask moss on; the others are there for breadth.
STONE = re.compile(r"\b(stones?|cobble\w*|paving|flagstones|masonry|pavement|rocks?|pebbles|bricks?)\b")
STONE_SHARE = 0.7
UNFIT = re.compile(r"moss|grass|green|snow|ice|lava|water|leaves|metal|panel|sky|lichen|plant")
MOSS = re.compile(r"\bmoss|grass")
WAYS = [
    "mossy {}", "mossy {}", "mossy {}", "mossy {}", "moss-covered {}", "{} covered with moss", "{} overgrown with moss",
    "{} with moss", "{} with green moss", "mossy {}, green moss in the gaps", "{}, mossy",
]  # fmt: skip


class Growth:
    """Draws crops of stone, brick and wood on which moss grows in the darker and lower places."""

    def __init__(self, pictures: Pictures):
        textures = [p for p in pictures.training if p.kind == "texture"]
        self.pictures = pictures
        self.bases = [p for p in textures if BASE.search(p.caption) and not UNFIT.search(p.caption)]
        self.stones = [p for p in self.bases if STONE.search(p.caption)]
        self.mosses = [p for p in textures if MOSS.search(p.caption) and self.is_green(p)]

    def is_green(self, picture: Picture) -> bool:
        red, green, blue = self.pictures.array(picture)[::4, ::4].mean((0, 1))
        return green > 1.05 * red and green > 1.15 * blue

    def draw(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, float, Picture, str]:
        """A crop (size, size, 3), its scale, the picture under the moss and a caption."""
        bases = self.stones if rng.random() < STONE_SHARE else self.bases
        fitting = [p for p in bases if min(p.height, p.width) >= size]
        base = fitting[rng.integers(len(fitting))]
        stone, scale = self.pictures.crop(base, size, rng, scales=scales(base.caption))
        moss, _ = self.pictures.crop(self.mosses[rng.integers(len(self.mosses))], size, rng)
        caption = base.caption.lower()
        if rng.random() < 0.6:
            caption = without_colors(caption)
        return overgrown(stone, moss, rng), scale, base, WAYS[rng.integers(len(WAYS))].format(caption)


def overgrown(stone: np.ndarray, moss: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moss over 15 to 45 % of a picture: in its dark places first, in patches, shaded by what is below."""
    size = len(stone)
    light = stone.astype(np.float32).mean(2)
    soft = resized(light, max(4, size // 3), size)
    height = (light - soft) / (light.std() + 1e-3)
    patches = sum(
        weight * resized(rng.standard_normal((cells, cells)).astype(np.float32), cells, size)
        for cells, weight in ((4, 1.0), (10, 0.6), (32, 0.3))
    )
    reach = patches - rng.uniform(0.3, 1.2) * np.clip(height, -2, 2)
    threshold = np.quantile(reach, 1 - rng.uniform(0.15, 0.45))
    edge = 0.35 * reach.std()
    alpha = np.clip((reach - threshold) / edge + 0.5, 0, 1)[..., None]
    shade = np.clip(1 + 0.25 * height, 0.5, 1.4)[..., None]
    return np.clip(stone * (1 - alpha) + moss * shade * alpha, 0, 255).astype(np.uint8)


def resized(values: np.ndarray, through: int, size: int) -> np.ndarray:
    """`values` seen through `through` cells a side, smooth, at size x size."""
    image = Image.fromarray(values)
    if image.width != through:
        image = image.resize((through, through), Image.Resampling.BOX)
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))
