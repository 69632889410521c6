"""Device, precision, time budget and atomic files."""

import functools
import os
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(where: torch.device) -> torch.autocast:
    """Autocast to bfloat16 where that is faster: on GPUs, and on the CPUs that multiply it natively."""
    return torch.autocast(where.type, torch.bfloat16, enabled=where.type == "cuda" or bfloat16_pays())


@functools.cache
def bfloat16_pays() -> bool:
    """Whether this CPU's bfloat16 products are faster: twice on a Zen 5, half as fast on a Xeon without AMX."""

    def seconds(dtype: torch.dtype) -> float:
        a, b = torch.ones(2048, 256, dtype=dtype), torch.ones(256, 512, dtype=dtype)
        times = []
        for _ in range(8):
            start = time.perf_counter()
            a @ b
            times.append(time.perf_counter() - start)
        return min(times)

    return seconds(torch.bfloat16) < seconds(torch.float32)


def product_type(where: torch.device) -> torch.dtype:
    """What large products outside autocast are computed in."""
    return torch.bfloat16 if where.type == "cuda" or bfloat16_pays() else torch.float32


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


class GradientPot:
    """Gradients that lending processes leave for the training to pick up at its next step.

    Nobody waits for anybody: a lender that gets no time gives nothing, and what it gives may be a step
    late. Every picture counts alike, whoever saw it.
    """

    def __init__(self, model: nn.Module):
        size = sum(p.numel() for p in model.parameters())
        self.sum = torch.zeros(size).share_memory_()
        self.pictures = torch.zeros((), dtype=torch.long).share_memory_()
        self.lock = torch.multiprocessing.get_context("spawn").Lock()

    @torch.no_grad()
    def give(self, model: nn.Module, pictures: int) -> None:
        """Adds the model's gradients, times `pictures`, and clears them."""
        flat = torch.cat([gradient_of(p).flatten() for p in model.parameters()])
        model.zero_grad(set_to_none=True)
        with self.lock:
            self.sum.add_(flat, alpha=pictures)
            self.pictures += pictures

    @torch.no_grad()
    def take(self, model: nn.Module, pictures: int) -> int:
        """Averages what is there into the model's gradients, which are of `pictures`; how many it was."""
        with self.lock:
            given = int(self.pictures)
            if given == 0:
                return 0
            start = 0
            for p in model.parameters():
                part = self.sum[start : start + p.numel()].view_as(p)
                p.grad = gradient_of(p).mul_(pictures).add_(part).div_(pictures + given)
                start += p.numel()
            self.sum.zero_()
            self.pictures.zero_()
        return given


def gradient_of(p: nn.Parameter) -> torch.Tensor:
    return torch.zeros_like(p) if p.grad is None else p.grad


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
