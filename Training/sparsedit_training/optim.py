"""Optimiser, schedule and weight averaging shared by the three trainings."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from .products import in_half, product
from .runtime import product_type


def orthogonalise(update: Tensor, steps: int = 5) -> Tensor:
    """Newton-Schulz iteration towards the nearest semi-orthogonal matrix (Muon, Jordan 2024).

    update: (matrices, rows, columns).
    """
    x = update.to(product_type(update.device))
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    if in_half(x):
        x = torch.stack([iterate(matrix, product, steps) for matrix in x.contiguous()])
    else:
        x = iterate(x, torch.matmul, steps)
    return (x.mT if tall else x).to(update.dtype)


def iterate(x: Tensor, multiply: Callable[[Tensor, Tensor], Tensor], steps: int) -> Tensor:
    a, b, c = 3.4445, -4.7750, 2.0315
    for _ in range(steps):
        gram = multiply(x, x.mT)
        x = a * x + multiply(b * gram + c * multiply(gram, gram), x)
    return x


class Muon(torch.optim.Optimizer):
    """Momentum with orthogonalised updates for hidden matrices and convolutions."""

    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[tuple, list[tuple[Tensor, Tensor]]] = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(state["momentum"], group["momentum"])
                shapes.setdefault(tuple(p.shape), []).append((p, update))
            # Matrices of one shape go through the iteration as one batch.
            for shape, members in shapes.items():
                matrices = torch.stack([update.reshape(shape[0], -1) for _, update in members])
                # Scaled so that one learning rate serves here and in AdamW (Moonlight, 2025).
                scale = 0.2 * math.sqrt(max(matrices.shape[1:]))
                for (p, _), update in zip(members, orthogonalise(matrices)):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update.reshape(shape), alpha=-group["lr"] * scale)


class Optimisers:
    """Muon on hidden matrices and AdamW on the rest, driven by one schedule.

    lr: peaks of the two. `slow` parameters, trained before, move at a tenth of the second.
    """

    def __init__(
        self,
        hidden: list[nn.Parameter],
        rest: list[nn.Parameter],
        lr: tuple[float, float],
        decay: float,
        slow: list[nn.Parameter] | None = None,
    ):
        groups = [{"params": rest, "peak": lr[1]}]
        if slow:
            groups.append({"params": slow, "peak": 0.1 * lr[1]})
        self.parts = [
            Muon([{"params": hidden, "peak": lr[0]}], lr[0], weight_decay=decay),
            torch.optim.AdamW(groups, lr[1], betas=(0.9, 0.98), weight_decay=0.0, fused=True),
        ]

    def step(self, factor: float) -> None:
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = group["peak"] * factor
            part.step()
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]) -> None:
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)


def schedule(step: int, progress: float, warmup: int = 100, decay_from: float = 0.5) -> float:
    """Learning rate factor: warm-up in steps, flat, then linear to zero at progress 1."""
    rise = min(1.0, (step + 1) / warmup)
    fall = min(1.0, max(0.0, (1 - progress) / (1 - decay_from)))
    return rise * fall


class Average:
    """Exponential moving average whose horizon grows with training: no cold start."""

    def __init__(self, model: nn.Module, limit: float = 0.999):
        self.limit = limit
        self.values = [p.detach().clone() for p in model.parameters()]

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.limit, (1 + step) / (10 + step))
        torch._foreach_lerp_(self.values, list(model.parameters()), 1 - decay)

    @torch.no_grad()
    def copy_to(self, model: nn.Module) -> None:
        for p, value in zip(model.parameters(), self.values, strict=True):
            p.copy_(value)
