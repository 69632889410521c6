"""Sixty-four pictures from fixed prompts and seeds, through the command."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from .plan import Context

# In rows of eight: stone, masonry and floors, wood and metal, ground, plants, sky, landscapes and buildings, mixtures.
PROMPTS = [
    "grey rock face", "mossy cobblestones", "old stone wall", "pebbles",
    "white marble with grey veins", "grey gravel", "brown sandstone cliff", "dark slate rock",
    "red brick wall", "white plaster wall with cracks", "grey concrete wall", "roof tiles",
    "square floor tiles", "cobblestones", "yellow painted plaster", "beige stone block wall",
    "wooden planks", "dark wooden door", "tree bark close-up", "brown polished wood",
    "rusty metal plate", "grey metal panel with rivets", "corrugated metal", "diamond tread plate",
    "yellow sand", "sand dunes in the desert", "dry cracked earth", "brown dirt",
    "asphalt road", "mud with puddles", "white snow", "ice",
    "green grass from above", "golden wheat field", "autumn leaves on the ground", "green moss on stone",
    "a photo of a forest", "forest from above", "ivy on a wall", "jungle undergrowth",
    "blue sky with white clouds", "stormy dark clouds", "sunset over the sea", "starry night sky",
    "purple nebula with stars", "orange evening sky", "overcast grey sky", "foggy morning",
    "snowy mountains", "green hills under a blue sky", "lake with mountains", "rocky desert canyon",
    "city skyline at night", "old house facade", "aerial view of farmland", "tropical beach",
    "ripples on water", "orange lava with black crust", "underwater sea floor", "moon surface with craters",
    "grass growing between paving stones", "rusty red wall with peeling paint", "wet black cobblestones",
    "sandy path through dry grass",
]  # fmt: skip
COLUMNS = 8
THUMBNAIL = 144
LIMIT = 480_000


def save_small(picture: Image.Image, path: Path) -> dict:
    """Writes a JPEG below LIMIT bytes at the best quality that allows it; returns quality and bytes."""
    for quality in range(92, 30, -4):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() < LIMIT:
            break
    path.write_bytes(buffer.getvalue())
    return {"quality": quality, "bytes": buffer.tell()}


def evaluate_sheet(context: Context) -> dict:
    """Draws `sheet.png` at full size and `sheet.jpg` as thumbnails; there is nothing to count but to look at."""
    pictures = [
        context.command.generate(
            prompt,
            context.folder / "sheet" / f"{index:02d}.png",
            seed=index,
            width=256,
            height=256,
            **context.plan.sampling,
        )[0]
        for index, prompt in enumerate(PROMPTS[:: len(PROMPTS) // context.plan.sheet])
    ]
    rows = [np.concatenate(pictures[i : i + COLUMNS], 1) for i in range(0, len(pictures), COLUMNS)]
    whole = Image.fromarray(np.concatenate(rows))
    whole.save(context.folder / "sheet.png")
    scale = THUMBNAIL / 256
    size = (round(whole.width * scale), round(whole.height * scale))
    small = whole.resize(size, Image.Resampling.LANCZOS)
    return {"pictures": len(pictures), **save_small(small, context.folder / "sheet.jpg")}
