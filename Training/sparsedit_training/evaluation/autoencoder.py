"""The round trip through the autoencoder."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..autoencoder import CompactAutoencoder
from ..data import Pictures
from ..runtime import precision


def folded(error: Tensor, period: int) -> Tensor:
    """What of an error repeats with the grid: its mean over the cells of each picture."""
    b, c, h, w = error.shape
    cells = error.reshape(b, c, h // period, period, w // period, period).mean((2, 4))
    return cells - cells.mean((2, 3), keepdim=True)


def pair_ratio(picture: Tensor) -> Tensor:
    """Mean gradient between cells of 2 px over that within them, across and down: 1 unless a last pixel-shuffle shows.

    Such a grid hides from `folded`: it is no constant error but a change in how strong detail is.
    """
    out = []
    for axis in (2, 3):
        steps = picture.diff(dim=axis).abs().movedim(axis, 0)
        out.append(steps[1::2].mean() / steps[::2].mean().clamp_min(1e-6))
    return torch.stack(out).mean()


def similarity(a: Tensor, b: Tensor) -> Tensor:
    """SSIM (Wang 2004) of luma in 0..1, Gaussian window 11, sigma 1.5: one value a picture."""
    weights = torch.tensor([0.299, 0.587, 0.114]).to(a)[:, None, None]
    a, b = ((x * weights).sum(1, keepdim=True) for x in (a, b))
    line = torch.exp(-((torch.arange(11).to(a) - 5) ** 2) / (2 * 1.5**2))
    line = line / line.sum()
    window = (line[:, None] * line[None])[None, None]
    mean_a, mean_b = F.conv2d(a, window), F.conv2d(b, window)
    var_a = F.conv2d(a * a, window) - mean_a**2
    var_b = F.conv2d(b * b, window) - mean_b**2
    covariance = F.conv2d(a * b, window) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    value = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return (value / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean((1, 2, 3))


@torch.no_grad()
def evaluate_autoencoder(model: CompactAutoencoder, pictures: Pictures, size: int = 128) -> dict:
    """PSNR in dB and SSIM over one crop of each held-out picture; the error's share that is
    locked to the 8 px grid."""
    rng = np.random.default_rng(1)
    where = next(model.parameters()).device
    crops = [pictures.crop(p, size, rng, augment=False)[0] for p in pictures.evaluation]
    psnr, ssim, grid, pairs = [], [], [], []
    for start in range(0, len(crops), 16):
        stacked = torch.from_numpy(np.stack(crops[start : start + 16])).permute(0, 3, 1, 2)
        picture = stacked.float().div(127.5).sub(1).to(where)
        with precision(where):
            output = model.decode(model.encode(picture)).float().clamp(-1, 1)
        error = (output - picture) / 2
        psnr += (-10 * error.square().mean((1, 2, 3)).clamp_min(1e-7).log10()).tolist()
        ssim += similarity((output + 1) / 2, (picture + 1) / 2).tolist()
        grid.append((folded(error, 8).square().mean() / error.square().mean()).item())
        pairs.append((pair_ratio(output) / pair_ratio(picture)).item())
    return {
        "pictures": len(crops),
        "psnr_mean": round(float(np.mean(psnr)), 2),
        "psnr_median": round(float(np.median(psnr)), 2),
        "ssim_mean": round(float(np.mean(ssim)), 4),
        "grid_share": round(float(np.mean(grid)), 4),
        "pair_ratio": round(float(np.mean(pairs)), 3),
    }
