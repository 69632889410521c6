"""Rewording of captions, so that a prompt need not sound like the data."""

import math
import re

import numpy as np

SYNONYMS: dict[str, list[str]] = {
    "grey": ["gray"],
    "greyish": ["grayish"],
    "rock": ["stone", "bedrock"],
    "rocky": ["stony", "craggy"],
    "rocks": ["stones", "boulders"],
    "stone": ["rock", "masonry"],
    "stones": ["rocks", "pebbles"],
    "cobblestones": ["cobbles", "cobblestone paving", "cobbled street"],
    "cobbles": ["cobblestones"],
    "pebbles": ["small stones", "shingle"],
    "gravel": ["small stones", "crushed stone"],
    "brick": ["bricks", "brickwork"],
    "bricks": ["brick", "brickwork"],
    "wooden": ["wood", "timber"],
    "wood": ["wooden", "timber"],
    "planks": ["boards", "wooden boards"],
    "boards": ["planks"],
    "metal": ["metallic", "iron", "steel"],
    "steel": ["metal"],
    "rusty": ["rusted", "corroded"],
    "rusted": ["rusty", "corroded"],
    "rust": ["corrosion"],
    "dirt": ["soil", "earth"],
    "earth": ["soil", "dirt"],
    "soil": ["earth", "dirt"],
    "mud": ["wet earth"],
    "ground": ["floor", "terrain"],
    "grass": ["lawn", "turf"],
    "lawn": ["grass"],
    "meadow": ["grassland", "grassy field"],
    "moss": ["green moss"],
    "mossy": ["moss-covered", "moss covered", "overgrown with moss"],
    "sand": ["sandy ground"],
    "sandy": ["sand covered"],
    "snow": ["white snow"],
    "snowy": ["snow-covered", "snow covered"],
    "ice": ["frozen water"],
    "icy": ["frozen"],
    "sea": ["ocean", "water"],
    "ocean": ["sea"],
    "lake": ["water"],
    "river": ["stream"],
    "forest": ["woods", "woodland"],
    "trees": ["forest"],
    "leaves": ["foliage"],
    "mountain": ["mountains", "peak"],
    "mountains": ["mountain range", "peaks"],
    "hills": ["hillside"],
    "cliff": ["rock face", "crag"],
    "desert": ["arid land"],
    "dunes": ["sand dunes"],
    "clouds": ["cloud"],
    "cloudy": ["overcast", "with clouds"],
    "overcast": ["cloudy"],
    "sky": ["heavens"],
    "sunset": ["dusk", "evening sky"],
    "dusk": ["sunset", "evening"],
    "night": ["nighttime"],
    "foggy": ["misty"],
    "misty": ["foggy", "hazy"],
    "hazy": ["misty"],
    "asphalt": ["tarmac", "road surface"],
    "concrete": ["cement"],
    "cement": ["concrete"],
    "plaster": ["stucco", "rendered wall"],
    "stucco": ["plaster"],
    "tiles": ["tiling", "tiled surface"],
    "tile": ["tiles"],
    "paving": ["pavement"],
    "floor": ["flooring"],
    "roof": ["rooftop"],
    "shingles": ["roof tiles"],
    "bark": ["tree bark"],
    "building": ["house"],
    "crate": ["box"],
    "panel": ["plate"],
    "panels": ["plates"],
    "dark": ["deep", "darkish"],
    "pale": ["light", "faded"],
    "light": ["pale", "bright"],
    "bright": ["vivid", "vibrant"],
    "beige": ["cream", "light tan"],
    "tan": ["light brown"],
    "brown": ["brownish"],
    "reddish": ["red"],
    "purple": ["violet"],
    "violet": ["purple"],
    "teal": ["blue green"],
    "turquoise": ["blue green", "cyan"],
    "golden": ["gold", "yellow"],
    "rough": ["coarse", "rugged"],
    "smooth": ["polished", "even"],
    "worn": ["weathered", "old"],
    "weathered": ["worn", "aged"],
    "old": ["ancient", "aged"],
    "dirty": ["grimy", "stained"],
    "cracked": ["with cracks", "fissured"],
    "cracks": ["fissures"],
    "dry": ["arid", "parched"],
    "small": ["little", "tiny"],
    "large": ["big"],
    "painted": ["paint covered"],
    "top-down": ["from above", "seen from above", "overhead view"],
    "water": ["water surface"],
    "lava": ["molten rock", "magma"],
    "stars": ["starry"],
    "field": ["meadow"],
    "aerial": ["satellite", "bird's-eye"],
}

# What a picture may be of; a crop is shown the more often the rarer its rarest subject is.
SUBJECTS = [
    re.compile(rf"\b({words})\b")
    for words in (
        "grass|lawn|meadow", "sand|dunes?", "rocks?|cliff", "cobble\\w*|paving|pavement|flagstones?",
        "stone (wall|blocks?|bricks?)|masonry", "bricks?|brickwork", "concrete|cement", "planks?|boards|wood(en)?",
        "metal|steel", "rust(y|ed)?", "snow|snowy", "sky|clouds?", "gravel|pebbles", "dirt|soil|earth|mud",
        "plaster|stucco", "water|sea|ocean|lake", "lava|molten", "stars|starry|nebula", "forest|trees",
        "tiles?|tiled", "moss|mossy", "asphalt|road", "roof|shingles", "marble|granite", "leaves|foliage|ivy",
        "mountains?|hills", "bark|tree", "ice|frozen", "desert", "buildings?|house|facade",
    )
]  # fmt: skip

# What is laid in courses or a grid is hardest to learn: every line must agree with the others. Boards only run one way, and
# shown as often they get lines across.
LAID = re.compile(
    r"cobble|\bpaving\b|pavement|flagstone|stone[- ](wall|block|brick)|masonry|\bbricks?\b|brickwork|\btiles?\b|\btiled\b|"
    r"shingles"
)

# Few pictures, and unlike each other: the bundled model draws woods as grass, white plaster as snow and a night without stars.
FEW = re.compile(r"\bforests?\b|\btrees\b|canopy|\bplaster\b|\bstucco\b|\bstars\b|starry")

# What is made of many small parts is cropped at these scales, in source pixels a crop pixel. Seen from farther, joints and
# pebbles are smaller than tokens of 16 px can place, and a small model makes a plaid or noise of them. Woods are not among
# them: from near they are undergrowth.
FINE = re.compile(
    rf"{LAID.pattern}|\bplanks?\b|\bboards\b|gravel|pebbles|\bstones\b|\bleaves\b|foliage|\bivy\b"
)
FINE_SCALES = (0.75, 1.3)

PREFIXES = [
    "a photo of", "photo of", "a photograph of", "a picture of", "an image of", "picture of",
    "a realistic photo of", "a detailed photo of", "image of",
]  # fmt: skip
TEXTURE_PREFIXES = ["texture of", "a texture of", "seamless texture of", "a surface of"]
SUFFIXES = [
    "high quality", "detailed", "realistic", "photograph", "sharp", "highly detailed",
    "natural light", "high resolution",
]  # fmt: skip
CLOSE = ["close-up", "close up", "closeup", "seen up close", "macro"]
WIDE = ["wide view", "wide", "wide shot", "from a distance"]

COLOR = re.compile(
    r"\b(very |dark |pale |light |bright |dull )*(grey|gray|brown|beige|tan|blue|red|pink|pinkish|yellow|golden|"
    r"white|black|purple|violet|orange|reddish|greyish|brownish|bluish|cream|ochre)(-\w+)?\b,? ?(and )?"
)
GREEN = re.compile(r"\b(yellow|olive|bright|dark|lime|grey|brown)?[ -]?green,? ?")

# Grass that is called green, not olive or a dull green. In two crops of five it is not, as a whole: there is an edge or a patch
# of green, or it is green beside dirt, and a lawn asked for by the word comes out olive.
GREEN_GRASS = re.compile(
    r"^((?:short |tall |mown |dense |fine )?)(?:bright |fresh |lush )?green (?!and\b)(?=(?:[\w-]+ ){0,2}(?:grass|lawn|meadow)\b)",
    re.IGNORECASE,
)
# The least that green exceeds red by, as a share of green, in the mean colour of a crop of green grass.
LEAST_GREEN = 0.08

LEVEL = re.compile(r"\bhorizontal")

# What makes a picture another thing than its noun alone: a third of the captions that came down to `boards` were of crates, with
# posts across, a third of those to `tiles` of roofs or metal, a third of those to `plaster wall` with windows or other paint.
TELLING = re.compile(
    r"\b(crate|gate|roof|metal|parquet|checkered|snow|snowy|night|sea of|windows?|doors?|doorway|posts?|frame|brace|label|"
    r"(?<!from )above|below|beside|half|blood|sci-fi|cartoon)\b"
)

# Where a caption goes from what it is of to the details.
DETAILS = re.compile(
    r"(?<![\w-])(with|in|on|under|over|behind|beside|beneath|between|before|blending|breaking|covered|fading|mixed|"
    r"overgrown|dusted|seen|from|at|against|above|below|near|of|through|along|to|by|into|around|and|like|after|half|"
    r"next|across)\b"
)
# Words that name no material by themselves.
VAGUE = set(
    "wall walls panel panels surface side plate plates face floor ground sheet sheets slabs slab blocks block bed "
    "front course grain strip trim relief layer bits field area texture pattern top base end".split()
)
ABOVE = re.compile(r"top-down|from above|aerial")

WORD = re.compile(r"[a-z][a-z'-]*")
FILLERS = {"with", "and", "a", "an", "the", "of", "in", "on", "at", "very", "some"}


def shares(captions: list[str], evenness: float, laid: float = 1, few: float = 1) -> np.ndarray:
    """How often each of the crops is to be drawn: with evenness 1 every subject equally, with 0 every crop;
    what is laid in courses or a grid `laid` times as often as other things, unless it is mossy, and what there
    is little to learn from `few` times as often.

    A crop counts for its rarest subject; one that is of none of them counts a third of the median.
    """
    found = np.array(
        [[pattern.search(caption.lower()) is not None for pattern in SUBJECTS] for caption in captions]
    )
    counts = found.sum(0)
    rarest = np.where(found, counts, np.iinfo(int).max).min(1)
    weights = (np.median(counts[counts > 0]) / rarest) ** evenness
    weights = np.where(found.any(1), np.clip(weights, 0.33, 4), 0.33)
    # Without the moss that is laid over stones in training: shown as often, it comes unasked.
    texts = [caption.lower() for caption in captions]
    weights *= np.where([LAID.search(text) is not None and "moss" not in text for text in texts], laid, 1)
    weights *= np.where([FEW.search(text) is not None for text in texts], few, 1)
    return weights / weights.sum()


def scales(caption: str) -> tuple[float, float]:
    """The least and greatest scale to crop a picture at: source pixels a crop pixel."""
    return FINE_SCALES if FINE.search(caption.lower()) else (1, math.inf)


def replace_words(text: str, share: float, rng: np.random.Generator) -> str:
    """Each word that has synonyms is exchanged with probability `share`."""

    def exchange(match: re.Match) -> str:
        others = SYNONYMS.get(match[0])
        if others is None or rng.random() >= share:
            return match[0]
        return others[rng.integers(len(others))]

    return WORD.sub(exchange, text)


def without_colors(text: str) -> str:
    """The text without its colour words, green apart: whoever asks for moss need not say that it is green."""
    return COLOR.sub("", text).strip(" ,")


def truthful(caption: str, mean: np.ndarray) -> str:
    """The caption of a crop of this mean colour (red, green, blue), not calling grass green that is not."""
    red, green, _ = mean
    return caption if green - red >= LEAST_GREEN * green else GREEN_GRASS.sub(r"\1", caption)


def keywords(text: str, rng: np.random.Generator) -> str:
    """Two to five content words in their order, as people type them."""
    words = [word for word in WORD.findall(text) if word not in FILLERS]
    count = min(len(words), int(rng.integers(2, 6)))
    kept = sorted(rng.choice(len(words), count, replace=False)) if words else []
    return " ".join(words[i] for i in kept)


def plain(caption: str, rng: np.random.Generator) -> str | None:
    """What the caption is of, in its last one to three words before the details: what most prompts are."""
    clause = caption.lower().split(",")[0]
    colourless = without_colors(clause)
    words = DETAILS.split(colourless if rng.random() < 0.6 else clause)[0].split()
    # A colour at the end is an adjective whose noun comes after the cut, as in "grey and yellow stones".
    if words and (COLOR.fullmatch(words[-1]) or GREEN.fullmatch(words[-1])):
        words = DETAILS.split(without_colors(GREEN.sub("", clause)).removeprefix("and "))[0].split()
    fewest = 2 if words and words[-1] in VAGUE else 1
    if len(words) < fewest:
        return None
    text = " ".join(words[-int(rng.integers(fewest, 4)) :])
    return f"{text} from above" if ABOVE.search(caption.lower()) and rng.random() < 0.3 else text


def tells(text: str, caption: str) -> bool:
    """Whether the shortened text keeps what makes the picture another thing than its noun alone."""
    return set(TELLING.findall(caption)) <= set(TELLING.findall(text))


def reword(caption: str, texture: bool, shown: float | None, rng: np.random.Generator) -> str:
    """One of the many ways to ask for the picture.

    shown: the share of the picture's short side that the crop covers, if scale may be told.
    """
    text = caption.lower()
    if "moss" in text and rng.random() < 0.5:
        text = without_colors(GREEN.sub("", text))
    whole = text
    clauses = [clause.strip() for clause in text.split(",") if clause.strip()]
    way = rng.random()
    if way < 0.12:
        text = keywords(text, rng)
    elif way < 0.28:
        text = clauses[0]
    elif way < 0.50:
        text = plain(text, rng) or clauses[0]
    elif way < 0.60:
        rng.shuffle(clauses)
        text = ", ".join(clauses)
    if not tells(text, whole):
        text = whole
    if rng.random() < 0.5:
        text = replace_words(text, 0.3, rng)
    # Lines are upright unless a prompt says otherwise: learned as either, they become both at once, a plaid.
    if LEVEL.search(caption.lower()) is not None and LEVEL.search(text) is None:
        text = f"horizontal {text}"
    if rng.random() < 0.25:
        prefixes = TEXTURE_PREFIXES + PREFIXES if texture else PREFIXES
        text = f"{prefixes[rng.integers(len(prefixes))]} {text}"
    if shown is not None:
        words = CLOSE if shown < 0.45 else WIDE if shown > 0.9 else None
        if words is not None and rng.random() < (0.5 if shown < 0.45 else 0.15):
            word = words[rng.integers(len(words))]
            text = f"{text}, {word}" if rng.random() < 0.6 else f"{word} of {text}"
    if rng.random() < 0.1:
        chosen = rng.choice(len(SUFFIXES), rng.integers(1, 4), replace=False)
        text = ", ".join([text, *(SUFFIXES[i] for i in chosen)])
    return text
