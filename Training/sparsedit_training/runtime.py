"""Device, precision, time budget and atomic files."""

import os
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(where: torch.device) -> torch.autocast:
    """bfloat16 autocast: both GPUs and AVX-512 cores multiply it much faster than float32."""
    return torch.autocast(where.type, torch.bfloat16)


class Peers:
    """The processes that share a training, started by torchrun; one where there is none.

    On a CPU that is shared, two processes of one thread each beat two threads of one process:
    they wait for each other once a step instead of at every operation.
    """

    def __init__(self):
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        if self.count > 1:
            cuda = torch.cuda.is_available()
            if cuda:
                torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
            dist.init_process_group("nccl" if cuda else "gloo")

    def average(self, model: nn.Module, value: float) -> float:
        """Averages the gradients in place, and `value`, over the processes."""
        if self.count == 1:
            return value
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        flat = torch.cat([grad.flatten() for grad in grads] + [grads[0].new_tensor([value])])
        dist.all_reduce(flat)
        flat /= self.count
        start = 0
        for grad in grads:
            grad.copy_(flat[start : start + grad.numel()].view_as(grad))
            start += grad.numel()
        return flat[-1].item()


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
