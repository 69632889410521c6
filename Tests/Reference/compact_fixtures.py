"""Writes the fixtures of AutoencodersTests and TextEncodersTests for the bundled model's two parts.

    python3 Tests/Reference/compact_fixtures.py

Needs torch and safetensors. The networks are those of `Training/`, tiny, with random weights; tensors are stored
in every form that an export may use (float32, 16 bits, int8 with one factor a row).
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "Training"))

from sparsedit_training.autoencoder import AutoencoderConfig, CompactAutoencoder  # noqa: E402
from sparsedit_training.text_encoder import CompactTextEncoder, TextEncoderConfig  # noqa: E402


def randomize(model: torch.nn.Module) -> None:
    """Weights that leave no branch at zero and keep signals near one."""
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            fan = parameter[0].numel()
            torch.nn.init.normal_(parameter, std=fan**-0.5)
        elif name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.2)
        else:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)


def store(model: torch.nn.Module, path: Path, eight_bits: tuple[str, ...]) -> None:
    """Saves weights, some as int8 with a factor a row, and makes the model use what was stored."""
    tensors = {}
    for name, parameter in model.named_parameters():
        value = parameter.data
        if any(part in name for part in eight_bits):
            rows = value.flatten(1)
            scale = rows.abs().amax(1).clamp_min(1e-8) / 127
            whole = (rows / scale[:, None]).round().to(torch.int8)
            tensors[name] = whole.reshape(value.shape)
            tensors[f"{name}.scale"] = scale
            value = (whole.float() * scale[:, None]).reshape(value.shape)
        elif name.endswith("bias"):
            tensors[name] = value.half()
            value = value.half().float()
        else:
            tensors[name] = value.clone()
        parameter.data.copy_(value)
    save_file(tensors, path)


@torch.no_grad()
def autoencoder(name: str, config: AutoencoderConfig, eight_bits: tuple[str, ...]) -> None:
    folder = ROOT / "Tests/AutoencodersTests/Fixtures" / name
    folder.mkdir(parents=True, exist_ok=True)
    model = CompactAutoencoder(config)
    randomize(model)
    mean = torch.randn(config.latent_channels).mul(0.3).tolist()
    std = torch.rand(config.latent_channels).add(0.5).tolist()
    store(model, folder / "diffusion_pytorch_model.safetensors", eight_bits)
    text = json.dumps(config.to_json(mean, std), indent=1)
    (folder / "config.json").write_text(text + "\n")
    # The statistics as the file states them.
    model = load_statistics(model, json.loads(text))
    scale = 2 * config.patch
    picture = torch.rand(1, 3, 5 * scale, 7 * scale) * 2 - 1
    latent = torch.randn(1, config.latent_channels, 6, 5)
    cases = {"picture": picture[0], "latents": latent[0]}
    for kind in ("zero", "circular"):
        model.set_circular(kind == "circular")
        cases[f"encoded.{kind}"] = model.encode(picture)[0].contiguous()
        cases[f"decoded.{kind}"] = model.decode(latent)[0].contiguous()
    save_file(cases, folder / "cases.safetensors")


def load_statistics(model: CompactAutoencoder, config: dict) -> CompactAutoencoder:
    model.set_statistics(config["latents_mean"], config["latents_std"])
    return model


@torch.no_grad()
def text_encoder(name: str, config: TextEncoderConfig, eight_bits: tuple[str, ...]) -> None:
    folder = ROOT / "Tests/TextEncodersTests/Fixtures" / name
    folder.mkdir(parents=True, exist_ok=True)
    model = CompactTextEncoder(config)
    randomize(model)
    store(model, folder / "model.safetensors", eight_bits)
    (folder / "config.json").write_text(json.dumps(config.to_json(), indent=1) + "\n")
    cases = {}
    for index, length in enumerate((0, 1, 9, 130)):
        ids = torch.randint(1, config.vocab_size, (length,))
        states = model(torch.cat((torch.tensor([config.bos_token_id]), ids))[None])
        cases[f"{index}.ids"] = ids
        cases[f"{index}.t5"] = states.t5[0].contiguous()
        cases[f"{index}.llama"] = states.llama[:, 0].contiguous()
        cases[f"{index}.pooled"] = states.pooled[0].contiguous()
    save_file(cases, folder / "cases.safetensors")


def main() -> None:
    torch.manual_seed(1)
    autoencoder(
        "compact",
        AutoencoderConfig(widths=[6, 8], encoder_blocks=[1, 2], decoder_blocks=[2, 1], head_width=5),
        eight_bits=(),
    )
    autoencoder(
        "compact-int8",
        AutoencoderConfig(
            latent_channels=4, patch=2, widths=[6, 10], encoder_blocks=[0, 1], decoder_blocks=[1, 0], head_width=3
        ),
        eight_bits=("conv1.weight", "up.weight", "conv_in.weight"),
    )
    text_encoder(
        "compact",
        TextEncoderConfig(
            vocab_size=50, hidden_size=16, num_layers=3, num_heads=2, intermediate_size=24, num_registers=3,
            pooled_size=10,
        ),
        eight_bits=(),
    )
    text_encoder(
        "compact-int8",
        TextEncoderConfig(
            vocab_size=40, hidden_size=16, num_layers=1, num_heads=4, intermediate_size=24, num_registers=1,
            rope_theta=500.0, rms_norm_eps=1e-5, pooled_size=6, bos_token_id=7,
        ),
        eight_bits=("embed", "attn", "mlp", "pool.weight"),
    )


if __name__ == "__main__":
    main()
