"""Device, precision, time budget and atomic files."""

import os
import time
from pathlib import Path

import torch


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(where: torch.device) -> torch.autocast:
    """bfloat16 autocast: both GPUs and AVX-512 cores multiply it much faster than float32."""
    return torch.autocast(where.type, torch.bfloat16)


class Clock:
    """A budget of wall-clock minutes that survives a restart."""

    def __init__(self, minutes: float):
        self.budget = 60 * minutes
        self.spent = 0.0
        self.started = time.monotonic()

    def elapsed(self) -> float:
        return self.spent + time.monotonic() - self.started

    def progress(self) -> float:
        return self.elapsed() / self.budget


def save(state: dict, path: Path) -> None:
    """Writes beside and renames, so that a crash leaves the last whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    torch.save(state, beside)
    os.replace(beside, path)
