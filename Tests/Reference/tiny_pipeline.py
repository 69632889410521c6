"""Writes Tests/EditsTests/Fixtures/tiny_pipeline.safetensors: a whole run of the tiny model by the reference.

Text encoder and autoencoder are Training's, transformer and scheduler are diffusers'. Run after tiny_model.py,
from the repository's root:

    PYTHONPATH=Training python Tests/Reference/tiny_pipeline.py
"""

import json
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, HiDreamImageTransformer2DModel
from safetensors.torch import load_file, save_file
from sparsedit_training.autoencoder import CompactAutoencoder
from sparsedit_training.text_encoder import CompactTextEncoder
from tokenizers import Tokenizer

TESTS = Path(__file__).resolve().parents[1]
TINY = TESTS / "TestSupport" / "tiny"
PROMPT, NEGATIVE, STEPS, GUIDANCE = "Mossy cobblestones, red brick", "blue sky", 4, 3.0


def weights(folder: str, file_name: str) -> dict:
    stored = load_file(TINY / folder / file_name)
    out = {}
    for name, tensor in stored.items():
        if tensor.dtype == torch.int8:
            out[name] = tensor.float() * stored[f"{name}.scale"][:, None]
        elif not (name.endswith(".scale") and name.removesuffix(".scale") in stored):
            out[name] = tensor.float()
    return out


def config(folder: str) -> dict:
    return json.loads((TINY / folder / "config.json").read_text())


@torch.no_grad()
def main() -> None:
    transformer = HiDreamImageTransformer2DModel.from_config(config("transformer"))
    transformer.load_state_dict(weights("transformer", "diffusion_pytorch_model.safetensors"))
    transformer.eval()
    text = CompactTextEncoder.from_json(config("text_encoder"))
    text.load_state_dict(weights("text_encoder", "model.safetensors"))
    autoencoder = CompactAutoencoder.from_json(config("vae"))
    autoencoder.load_state_dict(weights("vae", "diffusion_pytorch_model.safetensors"))
    tokenizer = Tokenizer.from_file(str(TINY / "tokenizer" / "tokenizer.json"))
    scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(TINY / "scheduler")

    def encode(prompt: str):
        ids = [text.config.bos_token_id] + tokenizer.encode(prompt, add_special_tokens=False).ids
        return text(torch.tensor([ids]))

    states = [encode(PROMPT), encode(NEGATIVE)]
    noise = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(5))
    latents = noise.clone()
    scheduler.set_timesteps(STEPS)
    for t in scheduler.timesteps:
        c, u = (
            -transformer(
                hidden_states=latents, timesteps=t[None], encoder_hidden_states_t5=s.t5,
                encoder_hidden_states_llama3=s.llama, pooled_embeds=s.pooled, return_dict=False)[0]
            for s in states)
        latents = scheduler.step(u + GUIDANCE * (c - u), t, latents, return_dict=False)[0]
    out = TESTS / "EditsTests" / "Fixtures"
    out.mkdir(parents=True, exist_ok=True)
    save_file(
        {"noise": noise, "latents": latents, "image": autoencoder.decode(latents)},
        out / "tiny_pipeline.safetensors")


if __name__ == "__main__":
    main()
