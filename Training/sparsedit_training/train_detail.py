"""Training of the detail network on crops shrunk four times in many ways."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from torch import Tensor

from .critic import Critic, Eyes, conviction, critic_loss, feature_distance
from .data import Picture, Pictures, prefetch
from .detail import CompactUpscaler, DetailConfig
from .optim import Average
from .runtime import Clock, device, precision, save

REDUCTIONS = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.HAMMING)
REDUCTION_SHARES = (0.45, 0.3, 0.15, 0.1)


def shrunk(crop: np.ndarray, scale: int, rng: np.random.Generator, config: dict) -> np.ndarray:
    """A crop (H, W, 3), 8 bits, at 1/scale: by one of several filters, now and then blurred, noisy or a JPEG."""
    image = Image.fromarray(np.ascontiguousarray(crop))
    if rng.random() < config["blurred"]:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.8)))
    size = (crop.shape[1] // scale, crop.shape[0] // scale)
    small = image.resize(size, REDUCTIONS[rng.choice(len(REDUCTIONS), p=REDUCTION_SHARES)])
    if rng.random() < config["noisy"]:
        noise = rng.normal(0, rng.uniform(0.5, 5), (*size[::-1], 3))
        small = Image.fromarray(np.clip(np.asarray(small) + noise + 0.5, 0, 255).astype(np.uint8))
    if rng.random() < config["jpeg"]:
        file = io.BytesIO()
        small.save(file, "JPEG", quality=int(rng.integers(75, 96)))
        small = Image.open(file)
    return np.array(small)


def batch_of(
    pictures: Pictures, usable: list[Picture], size: int, config: dict, step: int
) -> tuple[Tensor, Tensor]:
    """Small crops and true ones (count, 3, side, side) in 0..1, a function of seed and step alone."""
    rng = np.random.default_rng((config["seed"], step))
    pairs = []
    for i in rng.integers(len(usable), size=config["batch"]):
        crop = pictures.crop(usable[i], size, rng, scales=(1, config["widest"]))[0]
        pairs.append((shrunk(crop, config["shape"]["scale"], rng, config), crop))
    return tuple(as_tensor(np.stack(side)) for side in zip(*pairs))


def as_tensor(crops: np.ndarray) -> Tensor:
    """8-bit pictures (B, H, W, 3) as (B, 3, H, W) in 0..1."""
    planes = torch.from_numpy(crops).permute(0, 3, 1, 2)
    return planes.float().div_(255).contiguous(memory_format=torch.channels_last)


def held_out(pictures: Pictures, size: int, scale: int, count: int = 48) -> Iterator[tuple[Tensor, Tensor]]:
    """Crops of pictures that training never sees, shrunk by area."""
    usable = [p for p in pictures.evaluation if min(p.height, p.width) >= size]
    for i in range(count):
        rng = np.random.default_rng((3, i))
        crop = pictures.crop(usable[i * len(usable) // count], size, rng, augment=False, scales=(1, 1))[0]
        small = Image.fromarray(np.ascontiguousarray(crop)).reduce(scale)
        yield as_tensor(np.array(small)[None]), as_tensor(np.array(crop)[None])


@torch.no_grad()
def decibels(model: CompactUpscaler, pairs: list[tuple[Tensor, Tensor]]) -> float:
    """Mean PSNR of enlarged crops against the true ones."""
    errors = [(model(small).clamp(0, 1) - true).square().mean().item() for small, true in pairs]
    return float(np.mean([-10 * np.log10(max(error, 1e-9)) for error in errors]))


def schedule(step: int, progress: float, warmup: int = 200) -> float:
    """Learning rate factor: warm-up in steps, then a cosine to zero at progress 1."""
    return min(1.0, (step + 1) / warmup) * 0.5 * (1 + float(np.cos(np.pi * min(1.0, progress))))


class Faithful:
    """L1: what is uncertain becomes its median, and the picture shrunk again is the source."""

    def __call__(self, output: Tensor, small: Tensor, true: Tensor) -> Tensor:
        return F.l1_loss(output, true)

    def state_dict(self) -> dict:
        return {}

    def load_state_dict(self, state: dict) -> None:
        pass


class Vivid:
    """Grain that looks real where it cannot be known: features and a critic, held to the source at its own size."""

    def __init__(self, config: dict, where: torch.device):
        self.config = config
        self.eyes = Eyes().to(where, memory_format=torch.channels_last)
        self.critic = Critic().to(where, memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(
            self.critic.parameters(), config["critic_lr"], betas=(0.5, 0.99), weight_decay=0.0
        )

    def __call__(self, output: Tensor, small: Tensor, true: Tensor) -> Tensor:
        # A part is enough to look at: the eyes cost several times what the network does.
        seen = self.config["seen"]
        y, x = (int(i) for i in torch.randint((true.size(-1) - seen) // 4 + 1, (2,)) * 4)
        made = self.eyes(output[..., y : y + seen, x : x + seen])
        with torch.no_grad():
            real = self.eyes(true[..., y : y + seen, x : x + seen])
        opinion = critic_loss(self.critic(real), self.critic([x.detach() for x in made]))
        opinion.backward()
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.critic.requires_grad_(False)
        convinced = conviction(self.critic(made))
        self.critic.requires_grad_(True)
        side = true.size(-1) // small.size(-1)
        held = F.l1_loss(F.avg_pool2d(output, side), F.avg_pool2d(true, side))
        return (
            self.config["pixels"] * F.l1_loss(output, true)
            + self.config["held"] * held
            + self.config["features"] * feature_distance(made, real)
            + self.config["critic"] * convinced
        )

    def state_dict(self) -> dict:
        return {"critic": self.critic.state_dict(), "optimiser": self.optimiser.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        self.critic.load_state_dict(state["critic"])
        self.optimiser.load_state_dict(state["optimiser"])


def train(config: dict, data: Path, out: Path, minutes: float, vivid: bool) -> None:
    """Trains the faithful network, or the vivid one from its weights, for `minutes` of wall clock in all.

    Resumes from `out`/detail.pt or `out`/vivid.pt; the averaged weights lie in `out`/detail_final.pt or vivid_final.pt.
    """
    name = "vivid" if vivid else "detail"
    if vivid:
        config = config | config["vivid"]
    where = device()
    torch.manual_seed(config["seed"])
    shape = DetailConfig(**config["shape"])
    model = CompactUpscaler(shape).to(where, memory_format=torch.channels_last)
    if vivid:
        model.load_state_dict(torch.load(out / "detail_final.pt", map_location=where)["model"])
    loss_of = Vivid(config, where) if vivid else Faithful()
    optimiser = torch.optim.AdamW(model.parameters(), config["lr"], betas=(0.9, 0.99), weight_decay=0.0)
    average = Average(model)
    clock = Clock(minutes)
    step, size = 0, config["crop"]
    state_path = out / f"{name}.pt"
    if state_path.exists():
        state = torch.load(state_path, map_location=where)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        loss_of.load_state_dict(state.get("loss", {}))
        average.values = state["average"]
        step, clock.spent = state["step"], state["spent"]
    pictures = Pictures(data)
    usable = [p for p in pictures.training if min(p.height, p.width) >= size]
    judged = CompactUpscaler(shape).to(where).eval()
    pairs = [(small.to(where), true.to(where)) for small, true in held_out(pictures, size, shape.scale)]
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {len(usable)} pictures", flush=True)

    def checkpoint() -> None:
        average.copy_to(judged)
        save({"model": judged.state_dict()}, out / f"{name}_final.pt")
        state = {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "loss": loss_of.state_dict(),
            "average": average.values,
            "step": step,
            "spent": clock.elapsed(),
        }
        save(state, state_path)

    losses, last = [], time.monotonic()
    for small, true in prefetch(lambda index: batch_of(pictures, usable, size, config, index), step):
        progress = clock.progress()
        if progress >= 1:
            break
        small, true = small.to(where), true.to(where)
        with precision(where):
            output = model(small).float()
        loss = loss_of(output, small, true)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = config["lr"] * schedule(step, progress)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average.update(model, step)
        losses.append(loss.item())
        step += 1
        if step % 200 == 0:
            rate = len(losses) * config["batch"] / (time.monotonic() - last)
            checkpoint()
            found = decibels(judged, pairs)
            print(
                f"step {step} {progress:.3f} loss {np.mean(losses):.5f} held out {found:.2f} dB {rate:.1f}/s",
                flush=True,
            )
            last = time.monotonic()
            losses.clear()
    checkpoint()
    print(f"held out {decibels(judged, pairs):.2f} dB", flush=True)
