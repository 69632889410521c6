"""What leaving attention blocks out costs and saves at 1024 x 1024 in one window."""

import numpy as np

from .command import read
from .fidelity import psnr
from .plan import Context

LEVELS = (0.0, 0.5, 0.7, 0.85)
SIDE = 1024
PROMPTS = ["grey rock face", "aerial view of farmland"]


def evaluate_sparsity(context: Context) -> dict:
    """By level: PSNR to the dense picture, share of blocks left out, denoising time over the dense one's."""
    rows: dict[float, list[dict]] = {level: [] for level in LEVELS}
    for index, prompt in enumerate(PROMPTS[: context.plan.sparsity_prompts]):
        dense, dense_seconds = None, 1.0
        for level in LEVELS:
            file = context.folder / "sparsity" / f"{index}-{level}.png"
            options = {"width": SIDE, "height": SIDE, "window": SIDE, "sparsity": level, "seed": 7}
            options["steps"] = context.plan.sparsity_steps
            report = context.command.run("generate", prompt, file, options)[0]
            picture, seconds = read(file), report["seconds"]["denoise"]
            if dense is None:
                dense, dense_seconds = picture, seconds
            rows[level].append(
                {
                    "psnr": psnr(picture, dense),
                    "achieved": report["attention_sparsity"],
                    "seconds": seconds,
                    "time_ratio": seconds / dense_seconds,
                }
            )
    return {
        "side": SIDE,
        "steps": context.plan.sparsity_steps,
        "prompts": context.plan.sparsity_prompts,
        "levels": {
            str(level): {key: round(float(np.mean([row[key] for row in found])), 3) for key in found[0]}
            for level, found in rows.items()
        },
    }
