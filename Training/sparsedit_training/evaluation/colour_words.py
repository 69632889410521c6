"""Whether colour words, and words that imply a colour, are obeyed."""

import re
from dataclasses import dataclass

import numpy as np

from .adherence import classifier_of
from .colour import share_of
from .materials import MATERIALS
from .plan import Context

STONY = ("rock", "cobblestones", "stone wall", "gravel")


@dataclass(frozen=True)
class Wording:
    """A prompt, the colour it must have, and where real pictures of the kind are found.

    `least` is the smallest median share of that colour that passes; a control passes below `most`. `stone` is the
    smallest median share that the classifier must give to stone of some kind.
    """

    prompt: str
    colour: str
    real: str
    least: float = 0.0
    most: float = 1.0
    stone: float | None = None


MOSSY = r"\bmoss(y)?\b"
# Mossy stones are both: as green as most stones with moss laid over them in training (0.15 to 0.42), and still stones.
GREEN, STONE = 0.25, 0.25

WORDINGS = [
    Wording("mossy cobblestones", "green", MOSSY, GREEN, stone=STONE),
    Wording("moss-covered stones", "green", MOSSY, GREEN, stone=STONE),
    Wording("mossy stone wall", "green", MOSSY, GREEN, stone=STONE),
    Wording("old cobblestones overgrown with moss", "green", MOSSY, GREEN, stone=STONE),
    Wording("rocks with green moss", "green", MOSSY, GREEN, stone=STONE),
    Wording("cobblestones", "green", r"cobble|flagstone", most=0.3, stone=STONE),
    Wording("grey cobblestones", "grey", r"gr[ea]y.*cobble", 0.5, stone=STONE),
    Wording("red bricks", "red", r"\bred(dish)?\b.*\bbrick", 0.5),
    Wording("blue sky", "blue", r"\bblue sky", 0.5),
    Wording("green grass", "green", r"\bgreen grass", 0.5),
    Wording("yellow sand", "yellow", r"(yellow|golden).*\bsand\b", 0.5),
    Wording("white plaster wall", "white", r"\bwhite\b.*\bplaster", 0.5),
    Wording("brown wooden planks", "brown", r"\bbrown\b.*(plank|board)", 0.5),
    Wording("purple nebula", "purple", r"\bpurple nebula|nebula.*purple", 0.3),
]  # fmt: skip


def evaluate_colour_words(context: Context) -> dict:
    """Median share of pixels in the colour asked for, that of real pictures, and the share named as stone."""
    classifier, _ = classifier_of(context)
    stony = [i for i, material in enumerate(MATERIALS) if material.name in STONY]
    prompts, passed = {}, []
    for number, wording in enumerate(WORDINGS):
        # The mossy ones are a promise of their own and always get six seeds.
        count = 6 if number == 0 else context.plan.colour_seeds
        file = context.folder / "colour_words" / (wording.prompt.replace(" ", "-") + "-%03d.png")
        pictures = context.command.generate(
            wording.prompt, file, count, seed=42, width=256, height=256, **context.plan.sampling
        )
        shares = [share_of(wording.colour, picture) for picture in pictures]
        real = [
            share_of(wording.colour, context.pictures.array(picture)[::2, ::2])
            for picture in context.pictures.all
            if re.search(wording.real, picture.caption)
        ]
        entry = {
            "colour": wording.colour,
            "share": round(float(np.median(shares)), 3),
            "seeds": [round(share, 3) for share in shares],
            "wanted": f"at most {wording.most}" if wording.most < 1 else f"at least {wording.least}",
            "real": round(float(np.median(real)), 3) if real else None,
        }
        good = wording.least <= np.median(shares) <= wording.most
        if wording.stone is not None:
            likely = float(np.median(classifier.name(pictures)[:, stony].sum(1)))
            entry["stony"] = round(likely, 3)
            entry["wanted"] += f", stony at least {wording.stone}"
            good = good and likely >= wording.stone
        entry["passed"] = bool(good)
        passed.append(good)
        prompts[wording.prompt] = entry
    return {"passed": int(sum(passed)), "of": len(passed), "prompts": prompts}
