"""Writes the fixtures of AutoencodersTests and TextEncodersTests for HiDream-I1's own parts.

    python3 Tests/Reference/hidream_part_fixtures.py

Needs torch, transformers (5.23 was used) and diffusers (0.42). Every network is tiny and has random weights; each kind
comes in two configurations unlike each other.
"""

import re
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    LlamaConfig,
    LlamaForCausalLM,
    T5Config,
    T5EncoderModel,
)

TESTS = Path(__file__).parent.parent


def randomize(model: torch.nn.Module) -> torch.nn.Module:
    """Weights that keep signals near one, so that an error shows."""
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            embeds = any(word in name for word in ("embed", "shared", "relative"))
            torch.nn.init.normal_(parameter, std=1.0 if embeds else parameter[0].numel() ** -0.5)
        elif name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.2)
        else:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    return model.eval()


def save(model, folder: Path, cases: dict[str, torch.Tensor]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_file({name: value.contiguous() for name, value in cases.items()}, folder / "cases.safetensors")


@torch.no_grad()
def clip(name: str, config: CLIPTextConfig, prompts: list[list[int]]) -> None:
    model = randomize(CLIPTextModelWithProjection(config))
    cases = {}
    for index, ids in enumerate(prompts):
        ids = torch.tensor(ids)
        out = model(ids[None], output_hidden_states=True)
        body = model.text_model(ids[None])
        cases[f"{index}.ids"] = ids
        if len(ids) < 100:
            cases[f"{index}.hidden"] = torch.cat(out.hidden_states)
        cases[f"{index}.last"] = out.last_hidden_state[0]
        cases[f"{index}.pooled"] = body.pooler_output[0]
        cases[f"{index}.projected"] = out.text_embeds[0]
    save(model, TESTS / "TextEncodersTests/Fixtures" / name, cases)


def masked(length: int, real: int) -> torch.Tensor:
    return (torch.arange(length) < real).long()


@torch.no_grad()
def t5(name: str, config: T5Config) -> None:
    model = randomize(T5EncoderModel(config))
    cases = {}
    for index, (length, real) in enumerate(((1, 1), (40, 13), (90, 90))):
        ids = torch.randint(0, config.vocab_size, (length,))
        mask = masked(length, real)
        cases[f"{index}.ids"] = ids
        cases[f"{index}.mask"] = mask
        cases[f"{index}.last"] = model(ids[None], attention_mask=mask[None])[0][0]
    save(model, TESTS / "TextEncodersTests/Fixtures" / name, cases)


@torch.no_grad()
def llama(name: str, config: LlamaConfig) -> None:
    model = randomize(LlamaForCausalLM(config))
    cases = {}
    for index, (length, real) in enumerate(((1, 1), (24, 10), (70, 70))):
        ids = torch.randint(0, config.vocab_size, (length,))
        mask = masked(length, real)
        out = model(ids[None], attention_mask=mask[None], output_hidden_states=True)
        cases[f"{index}.ids"] = ids
        cases[f"{index}.mask"] = mask
        cases[f"{index}.hidden"] = torch.cat(out.hidden_states)
    save(model, TESTS / "TextEncodersTests/Fixtures" / name, cases)


@torch.no_grad()
def autoencoder(name: str, **config) -> None:
    model = randomize(AutoencoderKL(**config))
    scale = 2 ** (len(config["block_out_channels"]) - 1)
    picture = torch.rand(1, 3, 6 * scale, 4 * scale) * 2 - 1
    latents = torch.randn(1, config["latent_channels"], 5, 3)
    shift, factor = config["shift_factor"], config["scaling_factor"]
    cases = {
        "picture": picture[0],
        "encoded": (model.encode(picture).latent_dist.mode()[0] - (shift or 0)) * factor,
        "latents": latents[0],
        "decoded": model.decode(latents / factor + (shift or 0)).sample[0],
    }
    folder = TESTS / "AutoencodersTests/Fixtures" / name
    save(model, folder, cases)
    if name == "kl":
        count = len(config["block_out_channels"])
        tensors = {original(key, count): value for key, value in model.state_dict().items()}
        for key, value in tensors.items():
            if ".attn_1." in key and value.ndim == 2:
                tensors[key] = value[:, :, None, None].contiguous()
        save_file(tensors, folder / "ae.safetensors")


def original(name: str, levels: int) -> str:
    """A diffusers name as FLUX's own file has it."""
    name = re.sub(r"up_blocks\.(\d+)", lambda m: f"up.{levels - 1 - int(m[1])}", name)
    name = re.sub(r"down_blocks\.(\d+)", r"down.\1", name)
    name = re.sub(r"(up|down)samplers\.0\.conv", r"\1sample.conv", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = name.replace("mid_block.attentions.0.", "mid.attn_1.").replace("resnets.", "block.")
    for left, right in {
        "group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out",
        "conv_shortcut": "nin_shortcut", "conv_norm_out": "norm_out",
    }.items():
        name = re.sub(rf"\b{re.escape(left)}\b", right, name)
    return name


def main() -> None:
    torch.manual_seed(2)
    clip(
        "clip-quick",
        CLIPTextConfig(
            vocab_size=40, hidden_size=24, intermediate_size=40, projection_dim=10, num_hidden_layers=2,
            num_attention_heads=3, max_position_embeddings=20, hidden_act="quick_gelu", bos_token_id=38,
            eos_token_id=39, pad_token_id=39,
        ),
        [[38, 39], [38, 1, 2, 3, 39, 39, 39], [38, *range(18), 39]],
    )
    # eos_token_id 2 is what old files say; there the largest id ends the text.
    clip(
        "clip-gelu",
        CLIPTextConfig(
            vocab_size=30, hidden_size=16, intermediate_size=64, projection_dim=20, num_hidden_layers=3,
            num_attention_heads=2, max_position_embeddings=248, hidden_act="gelu", layer_norm_eps=1e-6,
            bos_token_id=0, eos_token_id=2, pad_token_id=0,
        ),
        [[28, 2, 5, 29, 0, 0], [28, *([7, 8, 9] * 82), 29]],
    )
    t5(
        "t5",
        T5Config(
            vocab_size=40, d_model=24, d_kv=8, d_ff=40, num_layers=2, num_heads=4, relative_attention_num_buckets=8,
            relative_attention_max_distance=20, feed_forward_proj="gated-gelu",
        ),
    )
    t5(
        "t5-silu",
        T5Config(
            vocab_size=30, d_model=16, d_kv=12, d_ff=24, num_layers=3, num_heads=2, layer_norm_epsilon=1e-5,
            feed_forward_proj="gated-silu",
        ),
    )
    llama(
        "llama",
        LlamaConfig(
            vocab_size=40, hidden_size=24, intermediate_size=32, num_hidden_layers=3, num_attention_heads=4,
            num_key_value_heads=2, rms_norm_eps=1e-5,
            rope_parameters={
                "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
            },
        ),
    )
    llama(
        "llama-plain",
        LlamaConfig(
            vocab_size=30, hidden_size=24, intermediate_size=32, num_hidden_layers=1, num_attention_heads=3,
            num_key_value_heads=1, head_dim=10, attention_bias=True, mlp_bias=True,
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        ),
    )
    autoencoder(
        "kl",
        block_out_channels=[4, 8], down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2,
        layers_per_block=1, latent_channels=4, norm_num_groups=2, scaling_factor=0.3611, shift_factor=0.1159,
        use_quant_conv=False, use_post_quant_conv=False,
    )
    autoencoder(
        "kl-quant",
        block_out_channels=[3, 3, 6], down_block_types=["DownEncoderBlock2D"] * 3,
        up_block_types=["UpDecoderBlock2D"] * 3, layers_per_block=2, latent_channels=3, norm_num_groups=3,
        scaling_factor=0.18215, shift_factor=None, mid_block_add_attention=False,
    )


if __name__ == "__main__":
    main()
