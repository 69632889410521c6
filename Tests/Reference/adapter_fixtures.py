"""Writes the adapter fixtures of CheckpointsTests: LoRA, LoKr and DoRA in every dialect, and the weights they give.

Usage: python3 Tests/Reference/adapter_fixtures.py
Needs torch and safetensors. The merged weights are computed in float64 from the definitions:
LoRA (arXiv 2106.09685, peft): W + scale * alpha / rank * B A.
LoKr (arXiv 2309.14859, LyCORIS): W + scale * alpha / rank * kron(w1, w2), where alpha counts only for factorised parts.
DoRA (arXiv 2402.09353, LyCORIS and peft): V = W + alpha / rank * B A; W + scale * (m V / |V| - W), the length along the
axis that the magnitudes do not have.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent.parent / "CheckpointsTests" / "Fixtures" / "adapters"

QUERY = "double_stream_blocks.0.block.attn1.to_q"
EXPERT = "double_stream_blocks.0.block.ff_i.experts.0.w1"
GATE = "single_stream_blocks.1.block.ff_i.gate"
SHAPES = {QUERY: (12, 8), EXPERT: (6, 8), GATE: (4, 8)}

torch.manual_seed(3)


def normal(*shape):
    return torch.randn(shape)


def low_rank(name, rank):
    rows, columns = SHAPES[name]
    return normal(rows, rank), normal(rank, columns)


def dora(weight, delta, magnitude, scale=1.0):
    merged = weight + delta
    axis = 1 if magnitude.shape[0] == weight.shape[0] else 0
    length = merged.norm(dim=axis, keepdim=True)
    return weight + scale * (magnitude.reshape(length.shape) * merged / length - weight)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    base = {f"{name}.weight": normal(*shape) for name, shape in SHAPES.items()} | {f"{QUERY}.bias": normal(12)}
    save_file(base, FOLDER / "base.safetensors")
    wide = {name: base[f"{name}.weight"].double() for name in SHAPES}
    expected = {}

    def write(label, tensors, merged, metadata=None):
        save_file({k: v.clone().contiguous() for k, v in tensors.items()}, FOLDER / f"{label}.safetensors", metadata)
        for name, values in merged.items():
            expected[f"{label}/{name}.weight"] = values.float().contiguous()

    # diffusers and peft: no alpha means the rank.
    up, down = low_rank(QUERY, 3)
    write(
        "peft",
        {
            f"transformer.{QUERY}.lora_A.weight": down, f"transformer.{QUERY}.lora_B.weight": up,
            "transformer.absent.to_k.lora_A.weight": down, "text_encoder.layers.0.lora_B.weight": up,
        },
        {QUERY: wide[QUERY] + up.double() @ down.double()},
    )
    # The same with what diffusers writes of peft's configuration.
    write(
        "peft-alpha",
        {
            f"transformer.{QUERY}.lora_A.weight": down, f"transformer.{QUERY}.lora_B.weight": up,
            f"transformer.{EXPERT}.lora_A.weight": low_rank(EXPERT, 3)[1] * 0,
            f"transformer.{EXPERT}.lora_B.weight": low_rank(EXPERT, 3)[0],
        },
        {QUERY: wide[QUERY] + 6 / 3 * up.double() @ down.double(), EXPERT: wide[EXPERT]},
        {"lora_adapter_metadata": json.dumps({"transformer.lora_alpha": 6, "transformer.r": 3})},
    )
    # ai-toolkit and ComfyUI, in bfloat16, with alphas.
    tensors, merged = {}, {}
    for name, alpha in [(QUERY, 1.5), (EXPERT, 4.0), (GATE, 2.0)]:
        up, down = (part.bfloat16() for part in low_rank(name, 2))
        tensors |= {
            f"diffusion_model.{name}.lora_down.weight": down, f"diffusion_model.{name}.lora_up.weight": up,
            f"diffusion_model.{name}.alpha": torch.tensor(alpha),
        }
        merged[name] = wide[name] + alpha / 2 * up.double() @ down.double()
    write("comfy", tensors, merged)
    # kohya: underscores.
    up, down = low_rank(EXPERT, 4)
    flat = EXPERT.replace(".", "_")
    write(
        "kohya",
        {
            f"lora_unet_{flat}.lora_down.weight": down, f"lora_unet_{flat}.lora_up.weight": up,
            f"lora_unet_{flat}.alpha": torch.tensor([1.0]), "lora_te1_text_model_x.alpha": torch.tensor(1.0),
        },
        {EXPERT: wide[EXPERT] + 1 / 4 * up.double() @ down.double()},
    )
    # LyCORIS: whole factors (alpha does not count), one factorised, both factorised.
    w1, w2 = normal(3, 2), normal(4, 4)
    a2, b2 = normal(3, 2), normal(2, 4)
    left = normal(2, 2)
    a1, b1, c2, d2 = normal(2, 1), normal(1, 4), normal(2, 5), normal(5, 2)
    write(
        "lokr",
        {
            f"lycoris_{QUERY.replace('.', '_')}.lokr_w1": w1, f"lycoris_{QUERY.replace('.', '_')}.lokr_w2": w2,
            f"lycoris_{QUERY.replace('.', '_')}.alpha": torch.tensor(7.0),
            f"lycoris_{flat}.lokr_w1": left, f"lycoris_{flat}.lokr_w2_a": a2, f"lycoris_{flat}.lokr_w2_b": b2,
            f"lycoris_{flat}.alpha": torch.tensor(1.0),
            f"diffusion_model.{GATE}.lokr_w1_a": a1, f"diffusion_model.{GATE}.lokr_w1_b": b1,
            f"diffusion_model.{GATE}.lokr_w2_a": c2, f"diffusion_model.{GATE}.lokr_w2_b": d2,
            f"diffusion_model.{GATE}.alpha": torch.tensor(10.0),
        },
        {
            QUERY: wide[QUERY] + torch.kron(w1.double(), w2.double()),
            EXPERT: wide[EXPERT] + 1 / 2 * torch.kron(left.double(), a2.double() @ b2.double()),
            GATE: wide[GATE] + 10 / 5 * torch.kron(a1.double() @ b1.double(), c2.double() @ d2.double()),
        },
    )
    # DoRA: magnitudes of rows in both spellings, and of columns.
    up, down = low_rank(QUERY, 2)
    rows = normal(12, 1).abs()
    merged = dora(wide[QUERY], 3 / 2 * up.double() @ down.double(), rows.double())
    halved = dora(wide[QUERY], 3 / 2 * up.double() @ down.double(), rows.double(), 0.5)
    write(
        "dora",
        {
            f"diffusion_model.{QUERY}.lora_down.weight": down, f"diffusion_model.{QUERY}.lora_up.weight": up,
            f"diffusion_model.{QUERY}.alpha": torch.tensor(3.0), f"diffusion_model.{QUERY}.dora_scale": rows,
        },
        {QUERY: merged},
    )
    expected[f"dora-half/{QUERY}.weight"] = halved.float()
    write(
        "dora-peft",
        {
            f"base_model.model.{QUERY}.lora_A.weight": down, f"base_model.model.{QUERY}.lora_B.weight": up * 1.5,
            f"base_model.model.{QUERY}.lora_magnitude_vector": rows.reshape(12),
        },
        {QUERY: merged},
    )
    columns = normal(1, 8).abs()
    write(
        "dora-columns",
        {
            f"{QUERY}.lora_down.weight": down, f"{QUERY}.lora_up.weight": up, f"{QUERY}.dora_scale": columns,
            f"{EXPERT}.lokr_w1": left, f"{EXPERT}.lokr_w2": normal(3, 4) * 0 + 1, f"{EXPERT}.dora_scale": normal(6, 1) * 0 + 2,
        },
        {
            QUERY: dora(wide[QUERY], up.double() @ down.double(), columns.double()),
            EXPERT: dora(
                wide[EXPERT], torch.kron(left.double(), torch.ones(3, 4).double()), torch.full((6, 1), 2.0).double()
            ),
        },
    )
    # Two at once: LoRA at 0.5, then DoRA of what that gave at -0.25.
    first = wide[QUERY] + 0.5 * (expected[f"peft/{QUERY}.weight"].double() - wide[QUERY])
    both = dora(first, 3 / 2 * up.double() @ down.double(), rows.double(), -0.25)
    expected[f"both/{QUERY}.weight"] = both.float()
    save_file(expected, FOLDER / "expected.safetensors")


if __name__ == "__main__":
    main()
