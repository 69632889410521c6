"""Draws contact sheets from an exported model."""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from .autoencoder import CompactAutoencoder
from .export import dequantise
from .runtime import device, precision
from .text_encoder import CompactTextEncoder
from .train_text import encode
from .transformer import HiDreamTransformer, TransformerConfig

PROMPTS = [
    "mossy cobblestones", "red brick wall", "green grass from above", "grey rock face",
    "wooden planks", "sand dunes in the desert", "blue sky with white clouds", "green moss on stone",
    "sunset over the sea", "snowy mountains", "rusty metal plate", "grey concrete wall",
    "dry cracked earth", "a photo of a forest", "pebbles", "white marble with grey veins",
    "orange lava with black crust", "starry night sky", "old stone wall", "dark wooden door",
    "roof tiles", "asphalt road", "golden wheat field", "ice",
    "autumn leaves on the ground", "ripples on water", "tree bark close-up", "yellow sand",
    "stormy dark clouds", "purple nebula with stars", "white plaster wall with cracks", "aerial view of farmland",
]  # fmt: skip


def part(folder: Path, weights: str) -> tuple[dict, dict[str, Tensor]]:
    return json.loads((folder / "config.json").read_text()), dequantise(load_file(folder / weights))


class Sampler:
    """Flow-match Euler with guidance over an exported folder."""

    def __init__(self, folder: Path):
        diffusion = "diffusion_pytorch_model.safetensors"
        self.where = device()
        json_, state = part(folder / "vae", diffusion)
        self.autoencoder = CompactAutoencoder.from_json(json_)
        self.autoencoder.load_state_dict(state)
        json_, state = part(folder / "text_encoder", "model.safetensors")
        self.text = CompactTextEncoder.from_json(json_)
        self.text.load_state_dict(state)
        json_, state = part(folder / "transformer", diffusion)
        names = TransformerConfig.__dataclass_fields__
        self.transformer = HiDreamTransformer(TransformerConfig(**{k: json_[k] for k in names}))
        self.transformer.load_state_dict(state)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
        self.shift = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())["shift"]
        for model in (self.autoencoder, self.text, self.transformer):
            model.eval().to(self.where)

    def sigmas(self, steps: int) -> list[float]:
        """diffusers' FlowMatchEulerDiscreteScheduler: the shift acts on 1..1/1000 twice."""
        shifted = lambda s: self.shift * s / (1 + (self.shift - 1) * s)
        spaced = np.linspace(shifted(1.0), shifted(1 / 1000), steps)
        return [*(float(shifted(s)) for s in spaced), 0.0]

    @torch.no_grad()
    def draw(self, prompt: str, size: int, steps: int, guidance: float, seed: int) -> Image.Image:
        states = [
            self.text(torch.tensor([encode(self.tokenizer, text)], device=self.where))
            for text in (prompt, "")
        ]
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn(1, 16, size // 8, size // 8, generator=generator).to(self.where)
        sigmas = self.sigmas(steps)
        for sigma, following in zip(sigmas, sigmas[1:]):
            time = torch.tensor([1000 * sigma], device=self.where)
            with precision(self.where):
                with_text, without = (
                    self.transformer(x, time, s.t5, s.llama, s.pooled).float() for s in states
                )
            velocity = -(without + guidance * (with_text - without))
            x = x + (following - sigma) * velocity
        picture = self.autoencoder.decode(x)[0].clamp(-1, 1)
        pixels = ((picture + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy()
        return Image.fromarray(pixels)


def sheet(folder: Path, target: Path, size: int, steps: int, guidance: float, count: int) -> None:
    """The first `count` fixed prompts, eight a row."""
    sampler = Sampler(folder)
    columns = min(8, count)
    out = Image.new("RGB", (columns * size, -(-count // columns) * size))
    for index, prompt in enumerate(PROMPTS[:count]):
        picture = sampler.draw(prompt, size, steps, guidance, seed=index)
        out.paste(picture, (index % columns * size, index // columns * size))
    out.save(target)
