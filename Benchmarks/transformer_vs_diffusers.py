"""Times the HiDream transformer of sparsedit against diffusers on torch, same weights, same machine, in one run.

Usage: swift build -c release && python3 Benchmarks/transformer_vs_diffusers.py [--threads 2] [--tokens 256 1024 4096]
Needs torch and diffusers. The model is random, made at a fixed seed: 188 M parameters, 2 dual and 4 single blocks,
12 heads x 64, 4 experts of which 2 active and a shared one, 384 text tokens. Both run in fp32 and take turns, so
that a busy or a hot machine slows both. Every forward starts from the raw inputs, prompt projections included.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import torch
from diffusers import HiDreamImageTransformer2DModel
from safetensors.torch import load_file, save_file

TEXT = 128  # T5, Llama and per-block Llama tokens each
SPARSITY = 0.7


def make_model(folder):
    torch.manual_seed(0)
    model = HiDreamImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=16, num_layers=2, num_single_layers=4,
        attention_head_dim=64, num_attention_heads=12, caption_channels=[512, 512], text_emb_dim=512,
        num_routed_experts=4, num_activated_experts=2, axes_dims_rope=[32, 16, 16],
        max_resolution=[128, 128], llama_layers=list(range(6)),
    ).eval()
    model.save_pretrained(folder)
    count = sum(p.numel() for p in model.parameters()) / 1e6
    print(f"model: {count:.0f} M parameters, width {12 * 64}, random at seed 0")
    return model


def make_inputs(tokens, path):
    side = 2 * round(tokens**0.5)
    generator = torch.Generator().manual_seed(tokens)

    def normal(*shape):
        return torch.randn(shape, generator=generator)

    inputs = {
        "hidden_states": normal(1, 16, side, side),
        "timesteps": torch.tensor([500.0]),
        "encoder_hidden_states_t5": normal(1, TEXT, 512),
        "encoder_hidden_states_llama3": normal(6, 1, TEXT, 512),
        "pooled_embeds": normal(1, 512),
    }
    save_file(inputs, path)
    return inputs


def run_torch(model, inputs):
    with torch.no_grad():
        start = time.perf_counter()
        output = model(**inputs, return_dict=False)[0]
        return time.perf_counter() - start, output


def run_sparsedit(arguments, folder, inputs, sparsity=0.0):
    output = folder / "output.safetensors"
    command = [
        arguments.sparsedit, "model", "forward", "-m", folder, "--inputs", inputs, "--save", output, "--reps", 2,
        "--threads", arguments.threads, "--sparsity", sparsity, "--json",
    ]
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"sparsedit failed ({result.returncode}): {result.stderr}")
    # The first forward of a process pays for its memory; torch's was warmed up as well.
    report = json.loads(result.stdout)
    return report["seconds"][-1], load_file(output)["output"], report


def difference(found, expected):
    return ((found - expected).norm() / expected.norm()).item()


def compare(arguments, model, folder, tokens):
    path = folder / f"inputs-{tokens}.safetensors"
    inputs = make_inputs(tokens, path)
    run_torch(model, inputs)
    theirs, ours = [], []
    for _ in range(arguments.rounds):
        seconds, expected = run_torch(model, inputs)
        theirs.append(seconds)
        seconds, found, report = run_sparsedit(arguments, folder, path)
        ours.append(seconds)
    a, b = statistics.median(theirs), statistics.median(ours)
    print(
        f"{tokens:6} image tokens: torch {a:7.3f} s  sparsedit {b:7.3f} s  ratio {b / a:.3f}  "
        f"relative difference {difference(found, expected):.1e}  peak {report['peak_memory_bytes'] / 2**20:.0f} MiB",
        flush=True,
    )
    return path


def compare_sparsity(arguments, folder, path, tokens):
    dense, sparse = [], []
    for _ in range(arguments.rounds):
        seconds, full, _ = run_sparsedit(arguments, folder, path)
        dense.append(seconds)
        seconds, part, report = run_sparsedit(arguments, folder, path, SPARSITY)
        sparse.append(seconds)
    a, b = statistics.median(dense), statistics.median(sparse)
    print(
        f"{tokens:6} image tokens: sparsity 0 {a:7.3f} s  sparsity {SPARSITY} {b:7.3f} s  ratio {b / a:.3f}  "
        f"score blocks not computed {report['attention_sparsity']:.3f}  "
        f"relative difference {difference(part, full):.1e} (random weights)",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sparsedit", default=".build/release/sparsedit")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, nargs="+", default=[256, 1024, 4096])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"torch {torch.__version__}, {arguments.threads} threads, median of {arguments.rounds} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = make_model(folder)
        for tokens in arguments.tokens:
            path = compare(arguments, model, folder, tokens)
        del model
        compare_sparsity(arguments, folder, path, arguments.tokens[-1])


if __name__ == "__main__":
    main()
