"""What guidance and negative prompts do to colours."""

import numpy as np

from .colour import share_of, statistics
from .crops import held_out_crops
from .plan import Context

SCALES = (1, 4, 7, 9)
PROMPTS = [
    "grey rock face", "green grass", "red brick wall", "wooden planks",
    "blue sky with white clouds", "yellow sand", "snowy mountains", "rusty metal plate",
]  # fmt: skip
NEGATIVE = "brown"
# Where brown is likely unless it is forbidden.
BROWNISH = ["rock face", "bare soil", "wooden planks", "old stone wall"]


def mean_statistics(pictures: list[np.ndarray]) -> dict[str, float]:
    """Means over the pictures of colour.statistics."""
    rows = [statistics(picture) for picture in pictures]
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}


def evaluate_guidance(context: Context) -> dict:
    """Colour statistics by scale beside those of held-out pictures, and the shift that `-n brown` makes."""
    plan, size = context.plan, {"width": 256, "height": 256}

    def drawn(prompt: str, label: str, **options: object) -> list[np.ndarray]:
        file = context.folder / "guidance" / f"{label}-{prompt.replace(' ', '-')}-%03d.png"
        options = {"seed": 42, **size, **plan.sampling, **options}
        return context.command.generate(prompt, file, plan.guidance_seeds, **options)

    scales = {}
    for scale in SCALES:
        pictures = [p for prompt in PROMPTS for p in drawn(prompt, f"scale-{scale}", cfg_scale=scale)]
        scales[str(scale)] = mean_statistics(pictures)
    real = [crop for _, crop in held_out_crops(context.pictures, 64, 256, seed=21)]
    negative = {}
    for label, options in (("without", {}), ("with", {"negative_prompt": NEGATIVE})):
        pictures = [p for prompt in BROWNISH for p in drawn(prompt, f"negative-{label}", **options)]
        brown = round(float(np.mean([share_of("brown", picture) for picture in pictures])), 4)
        negative[label] = mean_statistics(pictures) | {"brown_share": brown}
    return {
        "pictures_a_scale": plan.guidance_seeds * len(PROMPTS),
        "scales": scales,
        "real": mean_statistics(real),
        "negative_prompt": NEGATIVE,
        "negative": negative,
        "brown_share_kept": round(
            negative["with"]["brown_share"] / max(negative["without"]["brown_share"], 1e-4), 3
        ),
    }
