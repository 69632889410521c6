"""The compact text encoder: one small bidirectional transformer feeds every text input
that the HiDream transformer takes."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class TextEncoderConfig:
    """Shape of a `CompactTextEncoder`; the names are the exported ones."""

    vocab_size: int = 4096
    hidden_size: int = 192
    num_layers: int = 3
    num_heads: int = 3
    intermediate_size: int = 512
    num_registers: int = 2
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    pooled_size: int = 384
    bos_token_id: int = 0

    def to_json(self) -> dict:
        """The exported `config.json`."""
        return {"_class_name": "CompactTextEncoder", **asdict(self)}


def rotary(positions: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine (N, head_dim / 2) of position * theta^(-2i / head_dim)."""
    exponent = torch.arange(0, head_dim, 2, device=positions.device, dtype=torch.float32) / head_dim
    angle = positions.float()[:, None] * theta**-exponent
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns adjacent pairs of x (..., N, head_dim)."""
    a, b = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, config: TextEncoderConfig):
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_heads
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(width, width, bias=False)
        self.v = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        q, k, v = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.q, self.k, self.v)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        x = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.out(x.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, config: TextEncoderConfig):
        super().__init__()
        self.w1 = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.w2 = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
        self.w3 = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class Layer(nn.Module):
    def __init__(self, config: TextEncoderConfig):
        super().__init__()
        self.norm1 = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.attn = Attention(config)
        self.norm2 = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mlp = FeedForward(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        x = x + self.attn(self.norm1(x), cos, sin, mask)
        return x + self.mlp(self.norm2(x))


@dataclass
class TextStates:
    """What the transformer takes: t5 (B, T, D), llama (L, B, K, D), pooled (B, P)."""

    t5: Tensor
    llama: Tensor
    pooled: Tensor


class CompactTextEncoder(nn.Module):
    """Tokens ([bos] and ids, no padding in use) to the transformer's text inputs."""

    def __init__(self, config: TextEncoderConfig):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size)
        self.registers = nn.Parameter(torch.randn(config.num_registers, config.hidden_size))
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_layers))
        self.norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.pool = nn.Linear(config.hidden_size, config.pooled_size)

    @classmethod
    def from_json(cls, json: dict) -> "CompactTextEncoder":
        names = TextEncoderConfig.__dataclass_fields__
        return cls(TextEncoderConfig(**{key: json[key] for key in names}))

    def forward(self, tokens: Tensor, valid: Tensor | None = None) -> TextStates:
        """tokens (B, T); valid (B, T) marks real tokens where a training batch is padded."""
        config = self.config
        batch, length = tokens.shape
        count = config.num_registers
        positions = torch.cat(
            (
                torch.zeros(count, device=tokens.device),
                torch.arange(1, length + 1, device=tokens.device),
            )
        )
        cos, sin = rotary(positions, config.hidden_size // config.num_heads, config.rope_theta)
        mask = None
        if valid is not None:
            mask = F.pad(valid, (count, 0), value=True)[:, None, None, :]
        x = torch.cat((self.registers.expand(batch, -1, -1), self.embed(tokens)), 1)
        llama = []
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, mask)
            if index < len(self.layers) - 1:
                llama.append(x[:, :count])
        x = self.norm(x)
        llama.append(x[:, :count])
        t5 = x[:, count:]
        if valid is None:
            mean = t5.mean(1)
        else:
            mean = (t5 * valid[..., None]).sum(1) / valid.sum(1, keepdim=True)
        return TextStates(t5, torch.stack(llama), self.pool(mean))
