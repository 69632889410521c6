"""Writes the fixtures of DiffusionTransformersTests from diffusers' HiDreamImageTransformer2DModel.

Usage: python3 Tests/Reference/hidream_fixtures.py
Needs torch and diffusers (made with torch 2.13, diffusers 0.42.1). Weights are random, tiny and seeded.
"""

import json
import shutil
from pathlib import Path

import diffusers.models.transformers.transformer_hidream_image as reference
import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).parent.parent / "DiffusionTransformersTests" / "Fixtures"

# The reference rounds every feed-forward up to a multiple of 256, which would make even a tiny model heavy.
# The engine reads the hidden size from the weights, so the fixtures use a smaller multiple.
MULTIPLE_OF = 8

MODELS = {
    # Two heads of 8, the usual 2 of 4 experts, per-block text from a repeating llama_layers.
    "first": {
        "config": dict(
            patch_size=2, in_channels=4, out_channels=4, num_layers=2, num_single_layers=3,
            attention_head_dim=8, num_attention_heads=2, caption_channels=[12, 20], text_emb_dim=10,
            num_routed_experts=4, num_activated_experts=2, axes_dims_rope=[4, 2, 2],
            max_resolution=[8, 8], llama_layers=[0, 1, 2, 2, 2],
        ),
        "dtype": torch.float32,
        "cases": {
            "square": dict(batch=2, height=8, width=8, t5=5, llama=3),
            # 16 x 4 latents are 8 x 2 tokens, which is max_resolution's 16 tokens exactly: no padding.
            "tall": dict(batch=1, height=16, width=4, t5=4, llama=6),
        },
    },
    # Three heads of 12 with rotary on half of each head, 1 of 3 experts, patch 1, other llama order, bfloat16.
    "second": {
        "config": dict(
            patch_size=1, in_channels=3, out_channels=6, num_layers=1, num_single_layers=1,
            attention_head_dim=12, num_attention_heads=3, caption_channels=[9, 7], text_emb_dim=6,
            num_routed_experts=3, num_activated_experts=1, axes_dims_rope=[2, 2, 2],
            max_resolution=[4, 6], llama_layers=[3, 0],
        ),
        "dtype": torch.bfloat16,
        "cases": {"wide": dict(batch=2, height=4, width=6, t5=3, llama=2)},
    },
    # Two heads of 16, no routed experts but a plain feed-forward, float16.
    "third": {
        "config": dict(
            patch_size=2, in_channels=4, out_channels=4, num_layers=1, num_single_layers=1,
            attention_head_dim=16, num_attention_heads=2, caption_channels=[8, 8], text_emb_dim=4,
            num_routed_experts=0, num_activated_experts=0, axes_dims_rope=[4, 6, 6],
            max_resolution=[8, 8], llama_layers=[1, 0],
        ),
        "dtype": torch.float16,
        "cases": {"square": dict(batch=1, height=4, width=4, t5=2, llama=2)},
    },
}


def build(config, dtype, generator):
    """A model whose weights are exactly representable in `dtype`, computing in float32."""
    original = reference.HiDreamImageFeedForwardSwiGLU.__init__
    reference.HiDreamImageFeedForwardSwiGLU.__init__ = (
        lambda self, dim, hidden_dim, multiple_of=MULTIPLE_OF, ffn_dim_multiplier=None: original(
            self, dim, hidden_dim, multiple_of, ffn_dim_multiplier
        )
    )
    try:
        model = reference.HiDreamImageTransformer2DModel(**config)
    finally:
        reference.HiDreamImageFeedForwardSwiGLU.__init__ = original
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            if name.endswith(("rms_norm.weight", "rms_norm_t.weight")):
                values = 1 + 0.2 * values
            elif parameter.ndim == 2:
                values = values / parameter.shape[1] ** 0.5
            else:
                values = 0.2 * values
            parameter.copy_(values.to(dtype).float())
    return model.eval()


def inputs_of(case, config, generator):
    layers = max(config["llama_layers"]) + 1
    batch = case["batch"]

    def normal(*shape):
        return torch.randn(shape, generator=generator)

    return {
        "hidden_states": normal(batch, config["in_channels"], case["height"], case["width"]),
        "timesteps": torch.tensor([981.0, 37.25][:batch]),
        "encoder_hidden_states_t5": normal(batch, case["t5"], config["caption_channels"][0]),
        "encoder_hidden_states_llama3": normal(layers, batch, case["llama"], config["caption_channels"][1]),
        "pooled_embeds": normal(batch, config["text_emb_dim"]),
    }


def main():
    torch.set_num_threads(1)
    for seed, (name, entry) in enumerate(MODELS.items()):
        generator = torch.Generator().manual_seed(seed)
        folder = FIXTURES / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        model = build(entry["config"], entry["dtype"], generator)
        weights = {key: value.to(entry["dtype"]).contiguous() for key, value in model.state_dict().items()}
        save_file(weights, folder / "diffusion_pytorch_model.safetensors", metadata={"format": "pt"})
        config = {"_class_name": "HiDreamImageTransformer2DModel"} | entry["config"]
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        for label, case in entry["cases"].items():
            inputs = inputs_of(case, entry["config"], generator)
            with torch.no_grad():
                output = model(**inputs, return_dict=False)[0]
            # The same in float64, which shows how much of a difference is float32's own.
            with torch.no_grad():
                exact = model.double()(**{k: v.double() for k, v in inputs.items()}, return_dict=False)[0]
            model.float()
            error = ((output - exact).norm() / exact.norm()).item()
            print(f"{name}/{label}: output {tuple(output.shape)}, float32 against float64 {error:.1e}")
            save_file({**inputs, "output": output}, folder / f"{label}.safetensors")


if __name__ == "__main__":
    main()
