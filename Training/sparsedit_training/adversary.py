"""A critic that tells real pictures from decoded ones by their grain, for a decoder to be trained against.

What L1 cannot decide it leaves out: a decoded surface is smooth where the real one is rough. The critic sees that,
a few pixels at a time (Isola et al. 2017), and the decoder draws grain that could be the picture's.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def high_pass(x: Tensor) -> Tensor:
    return x - F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


# Grain is a tenth of what a picture's tones are.
GAIN = 5.0


class Critic(nn.Module):
    """Pictures (B, 3, H, W) in -1..1 to one verdict (B, 1, H/4, W/4) for each place, which sees some 26 px around it."""

    def __init__(self, width: int = 32):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(6, width, 4, 2, 1),
                nn.Conv2d(width, 2 * width, 4, 2, 1),
                nn.Conv2d(2 * width, 2 * width, 3, 1, 1),
            ]
        )
        self.verdict = nn.Conv2d(2 * width, 1, 3, 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        x = torch.cat((picture, GAIN * high_pass(picture)), 1)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.verdict(x)


def critic_loss(real: Tensor, decoded: Tensor) -> Tensor:
    """Hinge: real pictures above 1, decoded ones below -1."""
    return F.relu(1 - real).mean() + F.relu(1 + decoded).mean()


def balanced(loss: Tensor, against: Tensor, at: nn.Parameter, limit: float = 20.0) -> Tensor:
    """`against`, scaled so that its gradient at a parameter is as long as that of `loss` (Esser et al. 2021)."""
    long = torch.autograd.grad(loss, at, retain_graph=True)[0].norm()
    short = torch.autograd.grad(against, at, retain_graph=True)[0].norm()
    return against * (long / (short + 1e-6)).clamp_max(limit).detach()


class Adversary:
    """The critic with its optimiser, and how much of its doubt the decoder is to feel.

    weight: of the doubt where that of the loss is 1. alone: steps the critic has to itself, since one that knows
    nothing would only shake the decoder; over as many more the weight rises.
    """

    def __init__(self, weight: float, alone: int, lr: float, where: torch.device):
        self.weight, self.alone = weight, alone
        self.critic = Critic().to(where, memory_format=torch.channels_last)
        self.optimiser = torch.optim.Adam(self.critic.parameters(), lr, betas=(0.5, 0.9))

    def doubt(self, output: Tensor, loss: Tensor, at: nn.Parameter, step: int) -> Tensor | float:
        """What to add to the objective for a decoded batch; `at` is the last weight that both gradients pass."""
        rise = min(1.0, step / self.alone - 1)
        if rise <= 0:
            return 0.0
        self.critic.requires_grad_(False)
        doubt = balanced(loss, -self.critic(output).mean(), at)
        self.critic.requires_grad_(True)
        return self.weight * rise * doubt

    def learn(self, picture: Tensor, output: Tensor) -> float:
        """One step of the critic on what is real and what is decoded, after the decoder's gradients were taken; its
        loss, which is 2 where it knows nothing."""
        self.optimiser.zero_grad()
        loss = critic_loss(*self.critic(torch.cat((picture, output.detach()))).chunk(2))
        loss.backward()
        self.optimiser.step()
        return loss.item()

    def state_dict(self) -> dict:
        return {"critic": self.critic.state_dict(), "optimiser": self.optimiser.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        self.critic.load_state_dict(state["critic"])
        self.optimiser.load_state_dict(state["optimiser"])
