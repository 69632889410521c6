"""Whether a generated picture shows the material that was asked for."""

import numpy as np

from .classifier import Classifier, trained
from .intervals import interval
from .materials import MATERIALS
from .plan import Context


def classifier_of(context: Context) -> tuple[Classifier, dict]:
    """The classifier, trained once an evaluation."""
    if "classifier" not in context.shared:
        context.shared["classifier"] = trained(context.pictures, context.cache)
    return context.shared["classifier"]


def evaluate_adherence(context: Context) -> dict:
    """Share of generated pictures whose material is named right, in all and by material.

    The seeds are shared by a material's two prompts. `in_three` counts the three likeliest names.
    """
    classifier, own = classifier_of(context)
    names = [material.name for material in MATERIALS]
    by_material, right, near = {}, [], []
    for index, material in enumerate(MATERIALS):
        pictures, half = [], context.plan.adherence_seeds // 2
        for turn, prompt in enumerate(material.prompts):
            count = half if turn else context.plan.adherence_seeds - half
            file = context.folder / "adherence" / f"{material.name.replace(' ', '-')}-{turn}-%03d.png"
            pictures += context.command.generate(
                prompt, file, count, seed=1000 + 100 * turn, width=256, height=256, **context.plan.sampling
            )
        order = np.argsort(-classifier.name(pictures), 1)
        hits = order[:, 0] == index
        right += hits.tolist()
        near += (order[:, :3] == index).any(1).tolist()
        taken_for, counts = np.unique(order[:, 0], return_counts=True)
        by_material[material.name] = {
            "right": round(float(hits.mean()), 3),
            "named": {names[i]: int(n) for i, n in sorted(zip(taken_for, counts), key=lambda x: -x[1])},
        }
    return {
        "pictures": len(right),
        "accuracy": interval(right, np.mean),
        "in_three": interval(near, np.mean),
        # 1 is as easy to name as a real picture, each material counting the same.
        "relative_to_real": round(float(np.mean(right)) / own["cross_validated_mean_recall"], 3),
        "by_material": by_material,
        "classifier": own,
    }
