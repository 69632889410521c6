"""Training of the autoencoder on 128 px crops."""

import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .autoencoder import AutoencoderConfig, CompactAutoencoder
from .data import Pictures, prefetch
from .evaluation.autoencoder import evaluate_autoencoder, folded
from .optim import Average, Optimisers, schedule
from .runtime import Clock, device, precision, save


def high_pass(x: Tensor) -> Tensor:
    return x - F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def reconstruction_loss(output: Tensor, picture: Tensor) -> Tensor:
    """L1, L1 on two bands of detail, and the error that is locked to the 8 px grid."""
    error = output - picture
    half = F.avg_pool2d(error, 2)
    return (
        error.abs().mean()
        + high_pass(error).abs().mean()
        + 0.5 * high_pass(half).abs().mean()
        + 0.5 * folded(error, 8).abs().mean()
    )


def batch_of(pictures: Pictures, size: int, count: int, seed: int, step: int) -> Tensor:
    """Crops (count, 3, size, size) in -1..1, a function of seed and step alone."""
    rng = np.random.default_rng((seed, step))
    chosen = rng.integers(len(pictures.training), size=count)
    crops = [pictures.crop(pictures.training[i], size, rng)[0] for i in chosen]
    stacked = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
    return stacked.float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def groups(model: CompactAutoencoder) -> tuple[list, list]:
    """Hidden convolutions for Muon; ends, biases for AdamW."""
    hidden, rest = [], []
    for name, p in model.named_parameters():
        ends = ("conv_in", "encoder.conv_out", "decoder.conv_out", "refine")
        inner = p.ndim == 4 and not any(end in name for end in ends)
        (hidden if inner else rest).append(p)
    return hidden, rest


@torch.no_grad()
def set_statistics(model: CompactAutoencoder, pictures: Pictures) -> None:
    """Channel mean and deviation of z over 512 training crops."""
    where = next(model.parameters()).device
    picture = batch_of(pictures, 128, 512, seed=2, step=0).to(where)
    z = torch.cat([model.encoder(part) for part in picture.split(32)]).float()
    model.set_statistics(z.mean((0, 2, 3)).tolist(), z.std((0, 2, 3)).tolist())


def energy_loss(output: Tensor, picture: Tensor) -> Tensor:
    """Difference in how much fine detail there is, cell by cell of 8 px.

    L1 alone draws the median of what is uncertain: smooth. Grain of the right strength in the
    wrong place looks nearer to a surface than none.
    """
    strength = [F.avg_pool2d(high_pass(x).abs(), 8) for x in (output, picture)]
    return (strength[0] - strength[1]).abs().mean()


def cell_loss(output: Tensor, picture: Tensor) -> Tensor:
    """Difference in how the strength of gradients is shared between the borders of 2 px cells and their insides.

    A decoder that enlarges in steps of two leaves its cells visible as faint blocks, everywhere alike.
    """
    total = output.new_zeros(())
    for axis in (2, 3):
        strength = []
        for x in (output, picture):
            step = x.narrow(axis, 1, x.size(axis) - 1) - x.narrow(axis, 0, x.size(axis) - 1)
            size = step.abs().mean((1, 5 - axis))
            inside, between = size[:, 0::2].mean(1), size[:, 1::2].mean(1)
            strength.append(between - inside)
        total = total + (strength[0] - strength[1]).abs().mean()
    return total


# Cells a side, of 16, of the shrunken latents that are decoded.
SHRUNK_TO = (8, 12, 6, 10)


def shrunk(x: Tensor, side: int) -> Tensor:
    """x (B, C, H, W) at side x side, each new cell a weighted mean of what it covers."""
    return F.interpolate(x, (side, side), mode="bilinear", antialias=True, align_corners=False)


def train(config: dict, data: Path, out: Path, minutes: float, decoder_only: bool) -> None:
    """Trains for `minutes` of wall clock in all, resuming from `out`/autoencoder.pt.

    Shrunken latents are decoded to shrunken pictures too (EQ-VAE, Kouzelis et al. 2025; Skorokhodov et al. 2025): what
    neighbouring cells hold then goes together, and a transformer finds it easier to learn. A finished autoencoder
    goes on as a whole where there is one: what `adopt` left, or an earlier run.

    decoder_only: goes on with the finished autoencoder (state in `out`/decoder.pt) while the
    encoder stays as it is, so that latents and transformers made with it remain valid.
    """
    where = device()
    torch.manual_seed(config["seed"])
    shape = AutoencoderConfig(**config["shape"])
    model = CompactAutoencoder(shape).to(where, memory_format=torch.channels_last)
    final_path = out / "autoencoder_final.pt"
    if final_path.exists():
        model.load_state_dict(torch.load(final_path, map_location=where)["model"])
    if decoder_only:
        model.encoder.requires_grad_(False)
    pictures = Pictures(data)
    # What is finished and goes on is not shaken up again.
    if decoder_only:
        lr, decay_from = config["decoder_lr"], config["decoder_decay_from"]
    else:
        lr, decay_from = config["lr_again" if final_path.exists() else "lr"], config["decay_from"]
    optimisers = Optimisers(*groups(model), lr, config["weight_decay"])
    average = Average(model)
    clock = Clock(minutes)
    step = 0
    state_path = out / ("decoder.pt" if decoder_only else "autoencoder.pt")
    if state_path.exists():
        state = torch.load(state_path, map_location=where)
        model.load_state_dict(state["model"])
        optimisers.load_state_dict(state["optimisers"])
        average.values = state["average"]
        step, clock.spent = state["step"], state["spent"]
    seed = config["seed"] + 1000 * decoder_only
    energy = config["energy"] if decoder_only else 0.0
    smaller = 0.0 if decoder_only else config["smaller"]
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)

    def checkpoint() -> None:
        state = {
            "model": model.state_dict(),
            "optimisers": optimisers.state_dict(),
            "average": average.values,
            "step": step,
            "spent": clock.elapsed(),
        }
        save(state, state_path)

    def make(index: int) -> Tensor:
        return batch_of(pictures, 128, config["batch"], seed, index)

    losses, smalls, last = [], [], time.monotonic()
    for picture in prefetch(make, step):
        progress = clock.progress()
        if progress >= 1:
            break
        picture = picture.to(where)
        with precision(where):
            z = model.encoder(picture)
            # Noise in units of each channel's spread: a latent need not be exact to be right.
            spread = z.detach().float().std((0, 2, 3), keepdim=True)
            strength = config["noise"] * torch.rand(z.size(0), 1, 1, 1, device=where)
            output = model.decoder(z + torch.randn_like(z) * spread * strength).float()
        loss = reconstruction_loss(output, picture)
        objective = loss
        if smaller:
            side = SHRUNK_TO[step % len(SHRUNK_TO)]
            with precision(where):
                output_small = model.decoder(shrunk(z, side)).float()
            small = reconstruction_loss(output_small, shrunk(picture, 8 * side))
            objective = objective + smaller * small
            smalls.append(small.item())
        objective = objective + 1e-4 * z.float().square().mean()
        if energy:
            objective = objective + energy * energy_loss(output, picture)
        objective = objective + config["cells"] * cell_loss(output, picture)
        objective.backward()
        optimisers.step(schedule(step, progress, decay_from=decay_from))
        average.update(model, step)
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            rate = len(losses) * config["batch"] / (time.monotonic() - last)
            last = time.monotonic()
            means = f"loss {np.mean(losses):.4f}" + (f" shrunk {np.mean(smalls):.4f}" if smalls else "")
            print(f"step {step} {progress:.3f} {means} {rate:.1f}/s", flush=True)
            losses.clear()
            smalls.clear()
        if step % 250 == 0:
            checkpoint()
    checkpoint()
    average.copy_to(model)
    model.eval()
    final_json = out / "autoencoder_final.json"
    if decoder_only:
        known = json.loads(final_json.read_text())
        model.set_statistics(known["latents_mean"], known["latents_std"])
    else:
        set_statistics(model, pictures)
        statistics = (model.latents_mean.tolist(), model.latents_std.tolist())
        final_json.write_text(json.dumps(shape.to_json(*statistics)))
    print(evaluate_autoencoder(model, pictures), flush=True)
    save({"model": model.state_dict()}, final_path)
