"""Twenty materials: the words that name them in captions, and what is asked of the model."""

import re
from dataclasses import dataclass

from ..data import Picture


@dataclass(frozen=True)
class Material:
    """A material, two prompts for it, and the captions that show it.

    `words` must be found in a caption; `despite` lists other materials whose words may stand there too.
    """

    name: str
    prompts: tuple[str, str]
    words: str
    kinds: tuple[str, ...] = ("texture",)
    despite: tuple[str, ...] = ()

    def names(self, caption: str) -> bool:
        return re.search(self.words, caption) is not None


GROUND = ("texture", "aerial")
WIDE = ("landscape", "aerial", "sky", "texture")

MATERIALS = [
    Material("grass", ("green grass", "dry yellow grass from above"), r"\bgrass\b|\blawn\b|\bmeadow\b", GROUND),
    Material("sand", ("yellow sand", "desert sand with ripples"), r"\bsand\b|\bdunes?\b", GROUND),
    Material("rock", ("grey rock face", "brown rough rock"), r"\brock\b|\bcliff\b"),
    Material("cobblestones", ("cobblestones", "stone paving"), r"cobble|\bpaving\b|flagstone|\bpavement\b"),
    Material(
        "stone wall",
        ("old stone wall", "wall of grey stone blocks"),
        r"stone[- ]block|stone wall|stone bricks?|masonry|(sand|lime)stone (block )?wall|limestone blocks",
        ("texture", "building"),
        ("rock",),
    ),
    Material("brick", ("red brick wall", "bricks"), r"(?<!stone )\bbricks?\b|brickwork", ("texture", "building")),
    Material("concrete", ("grey concrete", "concrete wall with stains"), r"\bconcrete\b|\bcement\b"),
    Material("wood", ("wooden planks", "brown wood"), r"\bplanks?\b|\bboards\b|\bwood(en)?\b", ("texture", "object")),
    Material("metal", ("grey metal plate", "metal panel"), r"\bmetal\b|\bsteel\b"),
    Material("rust", ("rusty metal", "rusted iron plate"), r"\brust(y|ed)?\b", ("texture", "object"), ("metal",)),
    Material("snow", ("white snow", "snow on the ground"), r"\bsnow\b", GROUND),
    Material("sky", ("blue sky with white clouds", "cloudy sky"), r"\bclouds?\b|\bsky\b|overcast", ("sky",)),
    Material("gravel", ("grey gravel", "pebbles"), r"\bgravel\b|\bpebbles\b"),
    Material("dirt", ("brown dirt", "bare soil"), r"\bdirt\b|\bsoil\b|\bearth\b|\bmud\b", GROUND),
    Material("plaster", ("white plaster wall", "painted plaster"), r"\bplaster\b|\bstucco\b"),
    Material("water", ("sea water", "ripples on water"), r"\bwater\b|\bsea\b|\bocean\b", ("texture", "aerial")),
    Material("lava", ("glowing lava", "lava with black crust"), r"\blava\b|\bmolten\b", WIDE, ("rock",)),
    Material("stars", ("starry night sky", "nebula with stars"), r"nebula|\bstars\b|starry", ("space", "sky"), ("sky",)),
    Material("forest", ("forest from above", "a forest"), r"\bforest\b|\btrees\b|tree canopy", WIDE, ("grass", "sky")),
    Material("tiles", ("square tiles", "floor tiles"), r"\btiles?\b|\btiled\b"),
]  # fmt: skip


def labelled(picture: Picture) -> int | None:
    """The index of the one material that a picture's caption names, if there is exactly one."""
    found = [i for i, material in enumerate(MATERIALS) if material.names(picture.caption)]
    for index in found:
        material = MATERIALS[index]
        others = {MATERIALS[i].name for i in found} - {material.name}
        if picture.kind in material.kinds and others <= set(material.despite):
            return index
    return None
