"""Writes Tests/TestSupport/tiny: a whole model in the bundled model's layout, with small random weights.

It draws noise, but every part of the engine runs on it in milliseconds: what the tests of the pipelines and
of the command use. Run from the repository's root with torch, diffusers, tokenizers and safetensors installed:

    PYTHONPATH=Training python Tests/Reference/tiny_model.py
"""

import json
from pathlib import Path

import torch
from diffusers import HiDreamImageTransformer2DModel
from safetensors.torch import save_file
from sparsedit_training.autoencoder import AutoencoderConfig, CompactAutoencoder
from sparsedit_training.text_encoder import CompactTextEncoder, TextEncoderConfig
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

ROOT = Path(__file__).resolve().parents[1] / "TestSupport" / "tiny"

TEXTS = [
    "mossy cobblestones, green moss between grey stones",
    "a rough stone wall with dark joints",
    "red brick wall",
    "blue sky with white clouds",
    "brown weathered wood planks",
    "a grassy meadow under a cloudy sky",
    "rusty metal, scratched",
]


def write(folder: str, config: dict, file_name: str, state: dict) -> None:
    target = ROOT / folder
    target.mkdir(parents=True, exist_ok=True)
    (target / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({name: t.contiguous() for name, t in state.items()}, target / file_name)


def quantised(state: dict) -> dict:
    """Large matrices as int8 rows with a scale each, the rest as float16."""
    out = {}
    for name, tensor in state.items():
        if tensor.ndim == 2 and tensor.numel() > 2048:
            scale = tensor.abs().amax(1).clamp_min(1e-8) / 127
            out[name] = (tensor / scale[:, None]).round().to(torch.int8)
            out[f"{name}.scale"] = scale.float()
        else:
            out[name] = tensor.to(torch.float16)
    return out


def spread(module: torch.nn.Module) -> dict:
    """Random weights of a size that lets every layer move the output."""
    for name, p in module.named_parameters():
        fan = p[0].numel() if p.ndim > 1 else 1
        with torch.no_grad():
            if name.endswith("bias"):
                p.normal_(0, 0.05)
            elif p.ndim == 1:
                p.normal_(1, 0.1)
            else:
                p.normal_(0, 0.7 / fan**0.5)
    return {name: p.detach() for name, p in module.named_parameters()}


def main() -> None:
    torch.manual_seed(20250522)
    autoencoder = CompactAutoencoder(
        AutoencoderConfig(widths=[8, 12], encoder_blocks=[1, 1], decoder_blocks=[1, 1], head_width=4)
    )
    mean, std = [0.02 * i - 0.1 for i in range(16)], [0.8 + 0.03 * i for i in range(16)]
    write("vae", autoencoder.config.to_json(mean, std), "diffusion_pytorch_model.safetensors",
          quantised(spread(autoencoder)))

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
    (ROOT / "tokenizer").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(ROOT / "tokenizer" / "tokenizer.json"))

    text = CompactTextEncoder(TextEncoderConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_layers=2, num_heads=2,
        intermediate_size=24, num_registers=2, pooled_size=12))
    write("text_encoder", text.config.to_json(), "model.safetensors", quantised(spread(text)))

    transformer = HiDreamImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=16, num_layers=1, num_single_layers=1,
        attention_head_dim=8, num_attention_heads=2, caption_channels=[16, 16], text_emb_dim=12,
        num_routed_experts=2, num_activated_experts=1, axes_dims_rope=(2, 2, 4),
        max_resolution=(64, 64), llama_layers=[0, 1])
    config = {k: v for k, v in transformer.config.items() if not k.startswith("_")}
    write("transformer", {"_class_name": "HiDreamImageTransformer2DModel", **config},
          "diffusion_pytorch_model.safetensors", quantised(spread(transformer)))

    (ROOT / "scheduler").mkdir(exist_ok=True)
    (ROOT / "scheduler" / "scheduler_config.json").write_text(json.dumps(
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0,
         "use_dynamic_shifting": False}, indent=1) + "\n")
    (ROOT / "model_index.json").write_text(json.dumps(
        {"_class_name": "SparseditPipeline", "_name_or_path": "tiny", "variant": "tiny",
         "transformer": ["diffusers", "HiDreamImageTransformer2DModel"],
         "vae": ["sparsedit", "CompactAutoencoder"],
         "text_encoder": ["sparsedit", "CompactTextEncoder"],
         "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
         "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
         "defaults": {"width": 64, "height": 64, "steps": 4, "guidance": 3.0, "sparsity": 0.7}},
        indent=1) + "\n")


if __name__ == "__main__":
    main()
