"""Runs the sections and keeps their figures in one JSON file."""

import json
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace

import torch

from ..data import Pictures
from .adherence import evaluate_adherence
from .autoencoder import evaluate_autoencoder
from .colour_words import evaluate_colour_words
from .command import Sparsedit
from .guidance import evaluate_guidance
from .inpainting import evaluate_inpainting
from .learning import evaluate_learning
from .plan import QUICK, Context, Plan
from .sheet import evaluate_sheet
from .sparsity import evaluate_sparsity
from .tiling import evaluate_tiling
from .upscaling import evaluate_upscaling


def round_trip(context: Context) -> dict:
    """The autoencoder's figures, by torch from the exported weights."""
    from ..sample import Sampler

    return evaluate_autoencoder(Sampler(context.model).autoencoder, context.pictures)


SECTIONS: dict[str, Callable[[Context], dict]] = {
    "autoencoder": round_trip,
    "learning": evaluate_learning,
    "colour_words": evaluate_colour_words,
    "inpainting": evaluate_inpainting,
    "adherence": evaluate_adherence,
    "sheet": evaluate_sheet,
    "tiling": evaluate_tiling,
    "guidance": evaluate_guidance,
    "sparsity": evaluate_sparsity,
    "upscaling": evaluate_upscaling,
}


def evaluate(options: Namespace, text: dict) -> None:
    """Measures `options.model`; the file is written after every section, and sections left out keep their figures.

    text: the configuration of the text encoder's training.
    """
    torch.set_num_threads(options.threads)
    folder = options.pictures or options.output.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    command = Sparsedit(options.command, options.model, options.threads)
    plan = QUICK if options.quick else Plan()
    if options.steps is not None:
        plan = replace(plan, steps=options.steps)
    pictures, cache = Pictures(options.work / "data"), options.output.parent / "evaluation-cache"
    context = Context(command, options.model, pictures, folder, cache, plan, text)
    figures = json.loads(options.output.read_text()) if options.output.exists() else {}
    for name in options.only or SECTIONS:
        start = time.monotonic()
        section = SECTIONS[name](context)
        section |= {
            "quick": options.quick,
            "sampling": plan.sampling,
            "seconds": round(time.monotonic() - start, 1),
        }
        figures[name] = section
        options.output.write_text(json.dumps(figures, indent=2) + "\n")
        print(f"{name}: {section['seconds']} s", flush=True)
    print(f"figures in {options.output}, pictures in {folder}")
