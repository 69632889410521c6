"""Figures with their uncertainty."""

from collections.abc import Callable, Sequence

import numpy as np


def interval(
    values: Sequence[float], statistic: Callable = np.median, resamples: int = 2000, digits: int = 3
) -> dict[str, float]:
    """`value`, and `low` and `high` that hold it with 95 % confidence (bootstrap over the values)."""
    sample = np.asarray(values, float)
    drawn = np.random.default_rng(0).integers(len(sample), size=(resamples, len(sample)))
    low, high = np.percentile(statistic(sample[drawn], axis=1), (2.5, 97.5))
    figures = (float(statistic(sample)), float(low), float(high))
    return dict(zip(("value", "low", "high"), (round(figure, digits) for figure in figures)))
