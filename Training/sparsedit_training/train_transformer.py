"""Rectified flow training of the transformer on cached latents, with its text encoder."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from .captions import reword, shares
from .data import prefetch
from .latents import CachedCrop, load_latents
from .optim import Average, Optimisers, schedule
from .products import keep_memory
from .runtime import Clock, GradientPot, Peers, device, precision, save
from .text_encoder import CompactTextEncoder, TextEncoderConfig
from .train_text import encode, pad
from .transformer import HiDreamTransformer, TransformerConfig

# Weights that a training without checkpoints starts from, where `adopt` wrote them.
START = "transformer_start.pt"

# Latent cells a side of a token.
PATCH = 2


class Painter(nn.Module):
    """Text encoder and transformer as one: tokens in, minus the velocity out."""

    def __init__(self, text: TextEncoderConfig, transformer: TransformerConfig):
        super().__init__()
        self.text_encoder = CompactTextEncoder(text)
        self.transformer = HiDreamTransformer(transformer)

    def forward(self, latent: Tensor, sigma: Tensor, tokens: Tensor, valid: Tensor | None) -> Tensor:
        states = self.text_encoder(tokens, valid)
        return self.transformer(latent, 1000 * sigma, states.t5, states.llama, states.pooled, valid)


@dataclass
class Batch:
    latent: Tensor
    tokens: Tensor
    valid: Tensor
    sigma: Tensor
    noise: Tensor
    # (B, 1, H, W): 1 where there is noise to remove, 0 where the model is shown the picture.
    hole: Tensor


def hole(side: int, rng: np.random.Generator) -> np.ndarray:
    """A region to repaint, (side, side) tokens of 0 and 1: boxes, a border, or patches.

    Whoever edits a picture shows the model what surrounds the hole; it learns to go on from there.
    """
    region = np.zeros((side, side), np.float32)
    way = rng.random()
    if way < 0.55:
        for _ in range(rng.integers(1, 3)):
            height, width = np.maximum(1, (side * rng.uniform(0.15, 0.75, 2)).astype(int))
            y, x = rng.integers(side - height + 1), rng.integers(side - width + 1)
            region[y : y + height, x : x + width] = 1
    elif way < 0.75:
        # Beyond a picture's edge, as outpainting asks, or a band across it, as seams do.
        depth = int(side * rng.uniform(0.2, 0.7))
        first = rng.integers(side - depth + 1) if rng.random() < 0.4 else 0
        region[first : first + depth] = 1
        region = np.rot90(region, rng.integers(4)).copy()
    else:
        coarse = rng.standard_normal((4, 4))
        field = np.kron(coarse, np.ones((side // 4, side // 4))) + 0.3 * rng.standard_normal((side, side))
        region[field > np.quantile(field, rng.uniform(0.3, 0.9))] = 1
    return region


class Source:
    """Batches as a function of seed and step, so that a resumed run sees what it would have."""

    def __init__(self, config: dict, folder: Path, tokenizer: Tokenizer, rank: int):
        self.config = config
        self.rank = rank
        self.tokenizer = tokenizer
        self.small = load_latents(folder, 128)
        self.large = load_latents(folder, 256)
        self.drawn = [
            np.cumsum(
                shares(
                    [crop.caption for crop in crops], *(config[key] for key in ("evenness", "laid", "few"))
                )
            )
            for _, crops in (self.small, self.large)
        ]

    def draw(self, count: int, large: bool, rng: np.random.Generator) -> list:
        """(latent, crop) pairs; half of the small ones are windows of large ones."""
        drawn = []
        for _ in range(count):
            windowed = not large and rng.random() < self.config["windowed"]
            latents, crops = self.large if large or windowed else self.small
            upto = self.drawn[int(large or windowed)]
            index = min(np.searchsorted(upto, rng.random()), len(crops) - 1)
            latent, crop = latents[index], crops[index]
            if windowed:
                y, x = rng.integers(17, size=2)
                latent = latent[:, y : y + 16, x : x + 16]
                crop = CachedCrop(crop.caption, crop.texture, crop.shown / 2)
            drawn.append((latent, crop))
        return drawn

    def pool(self, step: int, large: bool) -> list[Batch]:
        """Eight batches sorted by text length among them, so that little of one is padding."""
        config = self.config
        rng = np.random.default_rng((config["seed"], step, int(large), self.rank))
        count = config["batch_large" if large else "batch"]
        drawn = self.draw(8 * count, large, rng)
        rows = [
            [0]
            if rng.random() < config["condition_dropout"]
            else encode(self.tokenizer, reword(crop.caption, crop.texture, crop.shown, rng))
            for _, crop in drawn
        ]
        # The unconditional ones are spread over the batches: their padding is the price.
        length = np.array([len(row) if len(row) > 1 else rng.integers(2, 16) for row in rows])
        order = np.argsort(length, kind="stable").reshape(8, count)
        generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        batches = []
        for chosen in order[rng.permutation(8)]:
            latent = torch.from_numpy(np.stack([drawn[i][0] for i in chosen])).float()
            tokens, valid = pad([rows[i] for i in chosen])
            sigma = torch.randn(count, generator=generator) + config["sigma_mean"]
            uniform = torch.rand(count, generator=generator)
            # A few uniform times keep both ends of the path in practice.
            plain = torch.rand(count, generator=generator) < 0.1
            sigma = torch.where(plain, uniform, sigma.sigmoid())
            noise = torch.randn(latent.shape, generator=generator)
            side = latent.size(-1) // PATCH
            holes = [
                hole(side, rng) if rng.random() < config["context"] else np.ones((side, side), np.float32)
                for _ in chosen
            ]
            mask = torch.from_numpy(np.stack(holes))[:, None]
            mask = mask.repeat_interleave(PATCH, -1).repeat_interleave(PATCH, -2)
            batches.append(Batch(latent, tokens, valid, sigma, noise, mask))
        return batches


def flow_loss(
    model: Painter, batch: Batch, where: torch.device, coarse: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Squared error against x0 - noise (the raw output is minus the velocity), what to minimise, and balance.

    coarse: weight of the same error averaged over 2 and 4 cells. What is expected is the best answer at every
    weight; a higher one has layout learned before grain, of which there is much more (Hoogeboom et al. 2023).
    """
    latent, noise, sigma = (t.to(where) for t in (batch.latent, batch.noise, batch.sigma))
    region = batch.hole.to(where)
    mixed = torch.lerp(latent, noise, sigma[:, None, None, None] * region)
    with precision(where):
        output = model(mixed, sigma, batch.tokens.to(where), batch.valid.to(where))
    # Each picture counts alike, however small its hole.
    error = (output.float() - (latent - noise)) * region
    share = region.mean((1, 2, 3))
    scales = [(F.avg_pool2d(error, k).square().mean((1, 2, 3)) / share).mean() for k in (1, 2, 4)]
    loss, half, quarter = scales
    balance = [mixture.balance for mixture in model.transformer.mixtures]
    return loss.detach(), loss + coarse * (2 * half + 4 * quarter), torch.stack(balance).mean()


def groups(model: Painter) -> tuple[list, list, list]:
    """Hidden matrices for Muon; the transformer's rest, and the text encoder, for AdamW."""
    hidden, rest = [], []
    for name, p in model.transformer.named_parameters():
        inner = p.ndim == 2 and "blocks" in name
        inner = inner and "adaLN" not in name and "gate.weight" not in name
        (hidden if inner else rest).append(p)
    return hidden, rest, list(model.text_encoder.parameters())


def lend(rank: int, model: Painter, pot: GradientPot, config: dict, folder: Path) -> None:
    """Computes gradients on the training's own weights for as long as it runs, on cores nobody uses."""
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    os.sched_setaffinity(0, range(os.cpu_count()))
    torch.set_num_threads(1)
    keep_memory()
    where = device()
    model.train()
    source = Source(config, folder, Tokenizer.from_file(str(folder / "tokenizer.json")), 1000 + rank)
    index, parent = int(time.time()), os.getppid()
    for batches in prefetch(lambda i: source.pool(i, i % 2 == 0), index, depth=1):
        for batch in batches:
            _, objective, balance = flow_loss(model, batch, where, config["coarse"])
            (objective + config["balance"] * balance).backward()
            pot.give(model, len(batch.latent))
            if os.getppid() != parent:
                return


def train(config: dict, text: dict, folder: Path, minutes: float, lenders: int = 0) -> None:
    """Trains for `minutes` of wall clock in all, resuming from `folder`/transformer.pt.

    lenders: processes of lowest priority that add gradients from whatever cores are idle. What they
    find in time depends on the machine, so a run with them is not repeatable to the bit.

    Pictures of 256 px get a share of the steps that grows over the run. The averaged weights
    are in transformer_average.pt every few minutes.
    """
    peers = Peers()
    keep_memory()
    where = device()
    torch.manual_seed(config["seed"])
    shape = TransformerConfig(**config["shape"])
    model = Painter(TextEncoderConfig(**text["shape"]), shape).to(where)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    source = Source(config, folder, tokenizer, peers.rank)
    hidden, rest, slow = groups(model)
    optimisers = Optimisers(hidden, rest, config["lr"], config["weight_decay"], slow)
    clock, pool_index, step = Clock(minutes), 0, 0
    state_path = folder / "transformer.pt"
    if state_path.exists():
        state = torch.load(state_path, map_location=where)
        model.load_state_dict(state["model"])
        average = Average(model)
        average.values = state["average"]
        optimisers.load_state_dict(state["optimisers"])
        step, pool_index, clock.spent = state["step"], state["pool_index"], state["spent"]
    else:
        start = folder / START
        if start.exists():
            model.load_state_dict(torch.load(start, map_location=where)["model"])
        else:
            model.text_encoder.load_state_dict(torch.load(folder / "text_final.pt")["model"])
        average = Average(model)
    print(f"{sum(p.numel() for p in model.transformer.parameters()) / 1e6:.2f} M", flush=True)
    pot = GradientPot(model) if lenders else None
    if pot is not None:
        model.share_memory()
        torch.multiprocessing.start_processes(
            lend, (model, pot, config, folder), lenders, join=False, daemon=True, start_method="spawn"
        )

    def checkpoint() -> None:
        if peers.rank > 0:
            return
        save(
            {
                "model": model.state_dict(),
                "average": average.values,
                "optimisers": optimisers.state_dict(),
                "step": step,
                "pool_index": pool_index,
                "spent": clock.elapsed(),
            },
            state_path,
        )
        live = [p.detach().clone() for p in model.parameters()]
        average.copy_to(model)
        save({"model": model.state_dict(), "step": step}, folder / "transformer_average.pt")
        with torch.no_grad():
            for p, value in zip(model.parameters(), live, strict=True):
                p.copy_(value)

    def large_at(index: int, progress: float) -> bool:
        early, late = config["large_share"]
        share = late if progress > config["large_late_from"] else early
        return np.random.default_rng((config["seed"], index, 7)).random() < share

    progress = clock.progress()

    def make(index: int) -> list[Batch]:
        return source.pool(index, large_at(index, progress))

    losses: dict[int, list[float]] = {16: [], 32: []}
    saved, last, seen = time.monotonic(), time.monotonic(), 0
    for batches in prefetch(make, pool_index, depth=1):
        for batch in batches:
            if progress >= 1:
                checkpoint()
                return
            loss, objective, balance = flow_loss(model, batch, where, config["coarse"])
            (objective + config["balance"] * balance).backward()
            seen += pot.take(model, len(batch.latent)) if pot is not None else 0
            # One progress for all processes, or their learning rates would part.
            progress = peers.average(model, clock.progress())
            optimisers.step(schedule(step, progress, decay_from=config["decay_from"]))
            average.update(model, step)
            losses[batch.latent.size(-1)].append(loss.item())
            seen += len(batch.latent)
            step += 1
        pool_index += 1
        if peers.rank == 0 and pool_index % 5 == 0:
            means = " ".join(f"{8 * k} px {np.mean(v):.4f}" for k, v in losses.items() if v)
            rate = peers.count * seen / (time.monotonic() - last)
            print(f"step {step} {progress:.3f} {means} balance {balance:.3f} {rate:.1f}/s", flush=True)
            losses, last, seen = {16: [], 32: []}, time.monotonic(), 0
        if time.monotonic() - saved > 60 * config["save_minutes"]:
            checkpoint()
            saved = time.monotonic()
