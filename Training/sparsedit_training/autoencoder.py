"""The compact autoencoder: 16 channels at an eighth of the resolution, convolutions only.

No normalisation over space and no attention, so a window or a torus of a picture decodes
to exactly what the whole picture would.
"""

from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class AutoencoderConfig:
    """Shape of a `CompactAutoencoder`; block counts are [at 1/4, at 1/8]."""

    in_channels: int = 3
    latent_channels: int = 16
    patch: int = 4
    widths: list[int] = field(default_factory=lambda: [64, 160])
    encoder_blocks: list[int] = field(default_factory=lambda: [1, 2])
    decoder_blocks: list[int] = field(default_factory=lambda: [2, 3])
    head_width: int = 16

    def to_json(self, mean: list[float], std: list[float]) -> dict:
        """The exported `config.json`."""
        return {
            "_class_name": "CompactAutoencoder",
            **asdict(self),
            "latents_mean": mean,
            "latents_std": std,
        }


class Residual(nn.Module):
    """x + conv2(silu(conv1(silu(x))))"""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        # An identity at the start: depth then costs nothing in early training.
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))


class Encoder(nn.Module):
    """Picture (B, 3, H, W) in -1..1 to z (B, 16, H/8, W/8)."""

    def __init__(self, config: AutoencoderConfig):
        super().__init__()
        w0, w1 = config.widths
        self.patch = config.patch
        self.conv_in = nn.Conv2d(config.in_channels * config.patch**2, w0, 3, padding=1)
        self.blocks0 = nn.ModuleList(Residual(w0) for _ in range(config.encoder_blocks[0]))
        self.down = nn.Conv2d(4 * w0, w1, 1)
        self.blocks1 = nn.ModuleList(Residual(w1) for _ in range(config.encoder_blocks[1]))
        self.conv_out = nn.Conv2d(w1, config.latent_channels, 3, padding=1)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.conv_in(F.pixel_unshuffle(picture, self.patch))
        for block in self.blocks0:
            x = block(x)
        x = self.down(F.pixel_unshuffle(x, 2))
        for block in self.blocks1:
            x = block(x)
        return self.conv_out(F.silu(x))


class Decoder(nn.Module):
    """z (B, 16, H/8, W/8) to a picture (B, 3, H, W) in about -1..1."""

    def __init__(self, config: AutoencoderConfig):
        super().__init__()
        w0, w1 = config.widths
        self.patch = config.patch
        self.conv_in = nn.Conv2d(config.latent_channels, w1, 3, padding=1)
        self.blocks1 = nn.ModuleList(Residual(w1) for _ in range(config.decoder_blocks[1]))
        self.up = nn.Conv2d(w1, 4 * w0, 1)
        self.blocks0 = nn.ModuleList(Residual(w0) for _ in range(config.decoder_blocks[0]))
        self.head = nn.Conv2d(w0, config.head_width * config.patch**2, 3, padding=1)
        self.refine = nn.Conv2d(config.head_width, config.head_width, 3, padding=1)
        self.conv_out = nn.Conv2d(config.head_width, config.in_channels, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = self.conv_in(z)
        for block in self.blocks1:
            x = block(x)
        x = F.pixel_shuffle(self.up(F.silu(x)), 2)
        for block in self.blocks0:
            x = block(x)
        x = F.pixel_shuffle(self.head(F.silu(x)), self.patch)
        # The convolutions after the last shuffle are what keeps a 4 px grid away.
        return self.conv_out(F.silu(self.refine(F.silu(x))))


class CompactAutoencoder(nn.Module):
    """Encoder and decoder with the statistics that normalise a latent.

    `encode` returns what the transformer sees, (z - mean) / std; `decode` takes it back.
    """

    def __init__(self, config: AutoencoderConfig):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("latents_mean", torch.zeros(config.latent_channels), persistent=False)
        self.register_buffer("latents_std", torch.ones(config.latent_channels), persistent=False)

    @classmethod
    def from_json(cls, json: dict) -> "CompactAutoencoder":
        """The model described by an exported `config.json`, with its latent statistics."""
        names = AutoencoderConfig.__dataclass_fields__
        model = cls(AutoencoderConfig(**{key: json[key] for key in names}))
        model.set_statistics(json["latents_mean"], json["latents_std"])
        return model

    def set_circular(self, circular: bool) -> None:
        """Circular padding for pictures that wrap, zero padding for the others."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and module.kernel_size == (3, 3):
                module.padding_mode = "circular" if circular else "zeros"

    def set_statistics(self, mean: list[float], std: list[float]) -> None:
        self.latents_mean.copy_(torch.tensor(mean))
        self.latents_std.copy_(torch.tensor(std))

    def encode(self, picture: Tensor) -> Tensor:
        mean, std = self.latents_mean[:, None, None], self.latents_std[:, None, None]
        return (self.encoder(picture) - mean) / std

    def decode(self, latent: Tensor) -> Tensor:
        mean, std = self.latents_mean[:, None, None], self.latents_std[:, None, None]
        return self.decoder(latent * std + mean)
