"""Linear layers and attention for CPUs: half-precision products where the CPU has them, attention in the cache."""

import ctypes
import functools
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# With fewer rows packing costs more than it saves: both take the same time at 70 to 130 of them.
FEWEST_ROWS = 128
# Images whose scores are computed at once: they stay in the cache, and out of blocks so large that every
# allocation is mapped anew, page by page.
TOGETHER = 4


def keep_memory() -> None:
    """Has the C library keep freed memory, which it would otherwise map anew, page by page, for each layer."""
    trim_threshold, mmap_threshold = -1, -3
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(mmap_threshold, 32 << 20)


def kernels() -> ctypes.CDLL | None:
    """What products.cpp holds, or None: it works on one thread, which is slower than torch on several."""
    return compiled() if torch.get_num_threads() == 1 else None


@functools.cache
def compiled() -> ctypes.CDLL | None:
    """products.cpp, compiled once a machine; None where the CPU or the compiler lacks what it needs."""
    try:
        if "avx512_fp16" not in Path("/proc/cpuinfo").read_text():
            return None
        source = Path(__file__).with_name("products.cpp")
        folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sparsedit-training"
        folder.mkdir(parents=True, exist_ok=True)
        library = folder / f"products-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}.so"
        if not library.exists():
            with tempfile.TemporaryDirectory(dir=folder) as place:
                built = Path(place) / library.name
                command = ["g++", "-O3", "-march=sapphirerapids", "-shared", "-fPIC", "-o", built, source]
                subprocess.run(command, check=True, capture_output=True)
                built.replace(library)
        found = ctypes.CDLL(str(library))
    except (OSError, subprocess.CalledProcessError):
        return None
    size, pointer, number = ctypes.c_int64, ctypes.c_void_p, ctypes.c_float
    found.product.argtypes = [pointer, size, pointer, size, size, pointer, size, size, size, size, size, pointer]  # fmt: skip
    found.softmax.argtypes = [pointer, pointer, size, size, size, number]
    found.softmax_gradient.argtypes = [pointer, pointer, size, size, number]
    return found


def in_half(*operands: Tensor) -> bool:
    """Whether products of these are computed by `product`."""
    plain = all(x.device.type == "cpu" and x.dtype == torch.float32 for x in operands)
    return plain and not torch.is_autocast_enabled("cpu") and kernels() is not None


def product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """a @ b + bias of float32 matrices; each may be a transposed view."""
    a, b = (x if 1 in x.stride() else x.contiguous() for x in (a, b))
    out = a.new_empty(a.size(0), b.size(1))
    failed = kernels().product(
        out.data_ptr(), out.stride(0), a.data_ptr(), *a.stride(), b.data_ptr(), *b.stride(),
        a.size(0), b.size(1), a.size(1), None if bias is None else bias.data_ptr(),
    )  # fmt: skip
    if failed:
        raise MemoryError("no memory to pack the operands of a product")
    return out


class Product(torch.autograd.Function):
    """x (N, in), weight (out, in), bias (out) to x weight^T + bias."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.biased = bias is not None
        return product(x, weight.mT, bias)

    @staticmethod
    def backward(ctx, grad: Tensor):
        x, weight = ctx.saved_tensors
        by_x = product(grad, weight) if ctx.needs_input_grad[0] else None
        return by_x, product(grad.mT, x), grad.sum(0) if ctx.biased else None


class Linear(nn.Linear):
    """nn.Linear that trains in half-precision products where they are faster: twice as exact as bfloat16 ones."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or x.numel() < FEWEST_ROWS * x.size(-1) or not in_half(x, self.weight):
            return super().forward(x)
        return Product.apply(x.flatten(0, -2), self.weight, self.bias).unflatten(0, x.shape[:-1])


# The elementwise chains cost more than the products on a CPU unless they are fused.
fused = torch.compile(dynamic=True)


@fused
def fused_softmax(scores: Tensor, mask: Tensor | None, scale: float) -> Tensor:
    scaled = scores.float() * scale
    if mask is not None:
        scaled = scaled.masked_fill(~mask, -1e9)
    return scaled.softmax(-1).to(scores.dtype)


@fused
def fused_softmax_gradient(shares: Tensor, grad: Tensor, scale: float) -> Tensor:
    both = shares.float() * grad.float()
    return ((both - shares.float() * both.sum(-1, keepdim=True)) * scale).to(shares.dtype)


def masked_softmax(scores: Tensor, mask: Tensor | None, scale: float) -> Tensor:
    """Softmax of scale * scores (B, heads, N, keys), which may be overwritten."""
    if kernels() is None or scores.dtype != torch.float32:
        return fused_softmax(scores, mask, scale)
    mask = None if mask is None else mask.contiguous()
    pictures, heads, rows, keys = scores.shape
    valid = None if mask is None else mask.data_ptr()
    kernels().softmax(scores.data_ptr(), valid, pictures, heads * rows, keys, scale)
    return scores


def softmax_gradient(shares: Tensor, grad: Tensor, scale: float) -> Tensor:
    """The gradient by the scores from that by their softmax, which may be overwritten."""
    if kernels() is None or grad.dtype != torch.float32:
        return fused_softmax_gradient(shares, grad, scale)
    rows, keys = grad.numel() // grad.size(-1), grad.size(-1)
    kernels().softmax_gradient(grad.data_ptr(), shares.data_ptr(), rows, keys, scale)
    return grad


class CachedAttention(torch.autograd.Function):
    """Attention of q, k, v (B, heads, N, d) with mask (B, 1, 1, N) or none, a few pictures at a time.

    The fused kernel's backward pass is five times slower than this on a CPU.
    """

    @staticmethod
    def forward(ctx, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        scale = q.size(-1) ** -0.5
        out, shares = torch.empty_like(q), []
        for start in range(0, len(q), TOGETHER):
            part = slice(start, start + TOGETHER)
            share = masked_softmax(q[part] @ k[part].mT, None if mask is None else mask[part], scale)
            out[part] = share @ v[part]
            shares.append(share)
        ctx.save_for_backward(q, k, v, *shares)
        return out

    @staticmethod
    def backward(ctx, grad: Tensor):
        q, k, v, *shares = ctx.saved_tensors
        scale = q.size(-1) ** -0.5
        by_q, by_k, by_v = (torch.empty_like(x) for x in (q, k, v))
        for start, share in zip(range(0, len(q), TOGETHER), shares, strict=True):
            part = slice(start, start + TOGETHER)
            by_v[part] = share.mT @ grad[part]
            by_score = softmax_gradient(share, grad[part] @ v[part].mT, scale)
            by_q[part] = by_score @ k[part]
            by_k[part] = by_score.mT @ q[part]
        return by_q, by_k, by_v, None


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Softmax attention of q, k, v (B, heads, N, d); mask (B, 1, 1, N) is true where a key counts."""
    if q.device.type == "cpu":
        return CachedAttention.apply(q, k, v, mask)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
