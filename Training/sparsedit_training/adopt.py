"""Makes an exported model the start of a new training: weights in a repository outlive checkpoints."""

import json
import shutil
from pathlib import Path

from safetensors.torch import load_file

from .export import dequantise
from .runtime import save
from .train_transformer import START


def adopt(model: Path, folder: Path) -> None:
    """Writes the parts of `model` as `autoencoder_final`, `text_final` and the transformer's start.

    int8 rows come back as the numbers they stand for; optimisers and averages begin anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    diffusion = "diffusion_pytorch_model.safetensors"
    shutil.copyfile(model / "tokenizer" / "tokenizer.json", folder / "tokenizer.json")
    shutil.copyfile(model / "vae" / "config.json", folder / "autoencoder_final.json")
    autoencoder = dequantise(load_file(model / "vae" / diffusion))
    save({"model": autoencoder}, folder / "autoencoder_final.pt")
    text = dequantise(load_file(model / "text_encoder" / "model.safetensors"))
    save({"model": text}, folder / "text_final.pt")
    transformer = dequantise(load_file(model / "transformer" / diffusion))
    painter = {f"transformer.{name}": value for name, value in transformer.items()}
    painter |= {f"text_encoder.{name}": value for name, value in text.items()}
    save({"model": painter}, folder / START)
    config = json.loads((model / "transformer" / "config.json").read_text())
    print(f"start: {config['num_layers']} + {config['num_single_layers']} blocks, {model}")
