"""The HiDream image transformer, written for training: same names and numbers as diffusers'
`HiDreamImageTransformer2DModel`, with gradients through the experts and a mask for padded text."""

import math
from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .products import Linear, attention, fused

ROPE_THETA = 10000.0
TIME_FREQUENCIES = 256


@dataclass(frozen=True)
class TransformerConfig:
    """Shape of the transformer; the names are those of diffusers' config.json."""

    patch_size: int = 2
    in_channels: int = 16
    out_channels: int = 16
    num_layers: int = 2
    num_single_layers: int = 6
    attention_head_dim: int = 32
    num_attention_heads: int = 6
    caption_channels: list[int] = field(default_factory=lambda: [192, 192])
    text_emb_dim: int = 384
    num_routed_experts: int = 4
    num_activated_experts: int = 2
    axes_dims_rope: list[int] = field(default_factory=lambda: [4, 14, 14])
    max_resolution: list[int] = field(default_factory=lambda: [128, 128])
    llama_layers: list[int] = field(default_factory=lambda: [0, 0, 0, 1, 1, 1, 2, 2])

    @property
    def width(self) -> int:
        return self.attention_head_dim * self.num_attention_heads

    def to_json(self) -> dict:
        """The exported `config.json`."""
        return {
            "_class_name": "HiDreamImageTransformer2DModel",
            **asdict(self),
            "force_inference_output": False,
        }


@fused
def gated(a: Tensor, b: Tensor) -> Tensor:
    return F.silu(a) * b


@fused
def modulated(x: Tensor, shift: Tensor, scale: Tensor, dtype: torch.dtype) -> Tensor:
    return (F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift).to(dtype)


@fused
def added(x: Tensor, gate: Tensor, y: Tensor) -> Tensor:
    return x + gate * y


@fused
def normed_rotated(x: Tensor, weight: Tensor, cos: Tensor, sin: Tensor, heads: int) -> Tensor:
    """RMSNorm over the full width, then adjacent pairs of each head (B, N, heads, d) turned."""
    y = x.float()
    y = y * torch.rsqrt(y.square().mean(-1, keepdim=True) + 1e-5) * weight
    a, b = y.unflatten(-1, (heads, -1, 2)).unbind(-1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2).to(x.dtype)


class FeedForward(nn.Module):
    """SwiGLU whose hidden size is two thirds of what is asked, rounded up to 256."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        hidden = 256 * math.ceil(int(2 * hidden / 3) / 256)
        self.w1 = Linear(width, hidden, bias=False)
        self.w2 = Linear(hidden, width, bias=False)
        self.w3 = Linear(width, hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.w2(gated(self.w1(x), self.w3(x)))


class Gate(nn.Module):
    def __init__(self, width: int, experts: int):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(experts, width) / width**0.5)

    def forward(self, x: Tensor) -> Tensor:
        # In float32: a rounding error here sends a token to another expert.
        with torch.autocast(x.device.type, enabled=False):
            return F.linear(x.float(), self.weight).softmax(-1)


class MixtureOfExperts(nn.Module):
    """Top-k routed experts, weights not renormalised, and one shared expert."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        width = config.width
        self.active = config.num_activated_experts
        self.shared_experts = FeedForward(width, 2 * width)
        self.experts = nn.ModuleList(FeedForward(width, 4 * width) for _ in range(config.num_routed_experts))
        self.gate = Gate(width, config.num_routed_experts)
        self.balance: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(0, 1)
        scores = self.gate(flat)
        weight, index = scores.topk(self.active, dim=-1)
        # Copies of a token lie together by expert, each expert's share being one matmul.
        order = index.flatten().argsort(stable=True)
        counts = index.flatten().bincount(minlength=len(self.experts))
        rows = order // self.active
        parts = flat.index_select(0, rows).split(counts.tolist())
        outputs = [expert(part) for expert, part in zip(self.experts, parts, strict=True)]
        routed = torch.cat(outputs)
        routed = routed * weight.flatten().index_select(0, order)[:, None].to(routed.dtype)
        inverse = torch.empty_like(order)
        inverse[order] = torch.arange(order.numel(), device=order.device)
        routed = routed.index_select(0, inverse).unflatten(0, (-1, self.active)).sum(1)
        if self.training:
            # Load balance (Switch Transformer, 2101.03961): 1 when tokens spread evenly.
            share = counts.float() / order.numel()
            self.balance = len(self.experts) * (share * scores.mean(0)).sum()
        return (routed + self.shared_experts(flat)).view_as(x)


def rope_tables(height: int, width: int, text: int, axes: list[int], device: torch.device):
    """Cosine and sine (tokens, head_dim / 2): ids (0, y, x) for the image, zeros for text."""
    y, x = torch.meshgrid(
        torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij"
    )
    ids = torch.stack((torch.zeros_like(y), y, x), -1).reshape(-1, 3)
    ids = F.pad(ids, (0, 0, 0, text)).float()
    angles = [
        ids[:, i, None] * ROPE_THETA ** -(torch.arange(0, d, 2, device=device).float() / d)
        for i, d in enumerate(axes)
    ]
    angle = torch.cat(angles, -1)
    return angle.cos(), angle.sin()


class Attention(nn.Module):
    """Joint attention over [image, text]; `single` blocks hold one set of projections."""

    def __init__(self, config: TransformerConfig, single: bool):
        super().__init__()
        width = config.width
        self.heads = config.num_attention_heads
        for suffix in ("",) if single else ("", "_t"):
            for name in ("to_q", "to_k", "to_v", "to_out"):
                setattr(self, name + suffix, Linear(width, width))
            for name in ("q_rms_norm", "k_rms_norm"):
                setattr(self, name + suffix, nn.RMSNorm(width, 1e-5))

    def project(self, x: Tensor, suffix: str, cos: Tensor, sin: Tensor) -> list[Tensor]:
        """Queries, keys and values (B, N, heads, head_dim) with the rotation done."""
        out = []
        for name in ("q", "k"):
            weight = getattr(self, f"{name}_rms_norm{suffix}").weight
            projected = getattr(self, f"to_{name}{suffix}")(x)
            out.append(normed_rotated(projected, weight, cos, sin, self.heads))
        value = getattr(self, "to_v" + suffix)(x)
        return [*out, value.unflatten(-1, (self.heads, -1))]

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        x = attention(*(x.transpose(1, 2) for x in (q, k, v)), mask)
        return x.transpose(1, 2).flatten(2)


class Modulation(nn.Sequential):
    """adaLN: SiLU and a linear layer, zero at the start."""

    def __init__(self, width: int, chunks: int):
        super().__init__(nn.SiLU(), Linear(width, chunks * width))
        self.chunks = chunks
        nn.init.zeros_(self[1].weight)
        nn.init.zeros_(self[1].bias)

    def forward(self, temb: Tensor) -> tuple[Tensor, ...]:
        return super().forward(temb)[:, None].chunk(self.chunks, dim=-1)


class SingleBlock(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.adaLN_modulation = Modulation(config.width, 6)
        self.attn1 = Attention(config, single=True)
        self.ff_i = MixtureOfExperts(config)

    def forward(self, x: Tensor, llama: Tensor, temb: Tensor, rope, mask) -> Tensor:
        """x: image and persistent text. The block's own text serves as keys and values only."""
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = self.adaLN_modulation(temb)
        dtype = temb.dtype
        both = modulated(torch.cat((x, llama), 1), shift_a, scale_a, dtype)
        q, k, v = self.attn1.project(both, "", *rope)
        mixed = self.attn1.attend(q[:, : x.size(1)], k, v, mask)
        x = added(x, gate_a, self.attn1.to_out(mixed))
        return added(x, gate_f, self.ff_i(modulated(x, shift_f, scale_f, dtype)))


class DualBlock(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.adaLN_modulation = Modulation(config.width, 12)
        self.attn1 = Attention(config, single=False)
        self.ff_i = MixtureOfExperts(config)
        self.ff_t = FeedForward(config.width, 4 * config.width)

    def forward(
        self, image: Tensor, text: Tensor, llama: Tensor, temb: Tensor, rope, mask
    ) -> tuple[Tensor, Tensor]:
        chunks = self.adaLN_modulation(temb)
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = chunks[:6]
        shift_t, scale_t, gate_t, shift_tf, scale_tf, gate_tf = chunks[6:]
        attn, dtype, pixels = self.attn1, temb.dtype, image.size(1)
        cos, cos_t = rope[0][:pixels], rope[0][pixels:]
        sin, sin_t = rope[1][:pixels], rope[1][pixels:]
        qi, ki, vi = attn.project(modulated(image, shift_a, scale_a, dtype), "", cos, sin)
        both = modulated(torch.cat((text, llama), 1), shift_t, scale_t, dtype)
        qt, kt, vt = attn.project(both, "_t", cos_t, sin_t)
        q = torch.cat((qi, qt[:, : text.size(1)]), 1)
        k, v = torch.cat((ki, kt), 1), torch.cat((vi, vt), 1)
        mixed_i, mixed_t = attn.attend(q, k, v, mask).split((pixels, text.size(1)), 1)
        image = added(image, gate_a, attn.to_out(mixed_i))
        text = added(text, gate_t, attn.to_out_t(mixed_t))
        image = added(image, gate_f, self.ff_i(modulated(image, shift_f, scale_f, dtype)))
        return image, added(text, gate_tf, self.ff_t(modulated(text, shift_tf, scale_tf, dtype)))


class Embedding(nn.Module):
    """Two linear layers with a SiLU between."""

    def __init__(self, inner: int, width: int):
        super().__init__()
        self.linear_1 = Linear(inner, width)
        self.linear_2 = Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear_2(F.silu(self.linear_1(x)))


def sinusoid(timesteps: Tensor) -> Tensor:
    """(B, 256), cosines first."""
    half = TIME_FREQUENCIES // 2
    index = torch.arange(half, device=timesteps.device)
    angle = timesteps.float()[:, None] * torch.exp(-math.log(10000.0) * index / half)
    return torch.cat((angle.cos(), angle.sin()), -1)


class FinalLayer(nn.Module):
    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.linear = Linear(config.width, config.patch_size**2 * config.out_channels)
        self.adaLN_modulation = Modulation(config.width, 2)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor, temb: Tensor) -> Tensor:
        return self.linear(modulated(x, *self.adaLN_modulation(temb), temb.dtype))


def scoped(**modules: nn.Module) -> nn.ModuleDict:
    """A name in front of a module, as the checkpoint has it."""
    return nn.ModuleDict(modules)


class HiDreamTransformer(nn.Module):
    """Latent, time and text to minus the velocity: the sign is diffusers' convention."""

    def __init__(self, config: TransformerConfig):
        super().__init__()
        self.config = config
        width, patch = config.width, config.patch_size
        self.x_embedder = scoped(proj=Linear(config.in_channels * patch**2, width))
        self.t_embedder = scoped(timestep_embedder=Embedding(TIME_FREQUENCIES, width))
        self.p_embedder = scoped(pooled_embedder=Embedding(config.text_emb_dim, width))
        self.double_stream_blocks = nn.ModuleList(
            scoped(block=DualBlock(config)) for _ in range(config.num_layers)
        )
        self.single_stream_blocks = nn.ModuleList(
            scoped(block=SingleBlock(config)) for _ in range(config.num_single_layers)
        )
        self.final_layer = FinalLayer(config)
        blocks = config.num_layers + config.num_single_layers
        channels = [config.caption_channels[1]] * blocks + [config.caption_channels[0]]
        self.caption_projection = nn.ModuleList(
            scoped(linear=Linear(channel, width, bias=False)) for channel in channels
        )

    @property
    def mixtures(self) -> list[MixtureOfExperts]:
        return [module for module in self.modules() if isinstance(module, MixtureOfExperts)]

    def forward(
        self,
        latent: Tensor,
        timesteps: Tensor,
        t5: Tensor,
        llama: Tensor,
        pooled: Tensor,
        text_valid: Tensor | None = None,
    ) -> Tensor:
        """latent (B, C, H, W), timesteps (B) in 0..1000, t5 (B, T, D), llama (L, B, K, D),
        pooled (B, P), text_valid (B, T) where t5 is padded."""
        config = self.config
        batch, channels, height, width = latent.shape
        p = config.patch_size
        rows, columns = height // p, width // p
        cells = latent.reshape(batch, channels, rows, p, columns, p)
        image = self.x_embedder["proj"](cells.permute(0, 2, 4, 3, 5, 1).reshape(batch, rows * columns, -1))
        temb = self.t_embedder["timestep_embedder"](sinusoid(timesteps))
        temb = temb + self.p_embedder["pooled_embedder"](pooled)

        projected = [
            self.caption_projection[block]["linear"](llama[layer])
            for block, layer in enumerate(config.llama_layers)
        ]
        text = torch.cat((self.caption_projection[-1]["linear"](t5), projected[-1]), 1)
        count = llama.size(2)
        rope = rope_tables(rows, columns, text.size(1) + count, config.axes_dims_rope, latent.device)
        mask = None
        if text_valid is not None:
            mask = F.pad(text_valid, (image.size(1), 2 * count), value=True)[:, None, None, :]

        # The residual stream stays in float32 under autocast.
        image, text = image.float(), text.float()
        for index, scope in enumerate(self.double_stream_blocks):
            image, text = scope["block"](image, text, projected[index].float(), temb, rope, mask)
        x = torch.cat((image, text), 1)
        for index, scope in enumerate(self.single_stream_blocks, config.num_layers):
            x = scope["block"](x, projected[index].float(), temb, rope, mask)
        out = self.final_layer(x[:, : image.size(1)], temb)
        out = out.reshape(batch, rows, columns, p, p, -1).permute(0, 5, 1, 3, 2, 4)
        return out.reshape(batch, -1, height, width)
