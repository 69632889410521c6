"""Writes a HiDream-I1 transformer of full size with random weights, and runs one forward of it.

Usage: swift build -c release && python3 Benchmarks/full_size_transformer.py FOLDER [--blocks 16 32] [--side 256] [--threads N]
Needs numpy and about 35 GB of disk in FOLDER, which the caller deletes. 17.1 B parameters in bf16: width 2560 = 20 heads
x 128, 16 dual and 32 single blocks, 4 experts of which 2 active and a shared one. Every page is written: values are
normal, of the size that keeps activations near 1, from a pool of random bits that each tensor reads from a place of its
own. Prints the forward's seconds, and the process's peak of anonymous memory and of resident memory, which counts the
mapped file as far as it was read and not let go.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy

WIDTH, HEADS, TEXT = 2560, 20, 128
EXPERTS, HIDDEN, SHARED = 4, 6912, 3584
CAPTION, POOLED = 4096, 2048


def shapes(dual, single):
    def linear(name, outputs, inputs, bias=True):
        yield f"{name}.weight", (outputs, inputs)
        if bias:
            yield f"{name}.bias", (outputs,)

    def feed_forward(name, hidden):
        yield from linear(f"{name}.w1", hidden, WIDTH, bias=False)
        yield from linear(f"{name}.w2", WIDTH, hidden, bias=False)
        yield from linear(f"{name}.w3", hidden, WIDTH, bias=False)

    def attention(name, suffixes):
        for suffix in suffixes:
            for part in ["to_q", "to_k", "to_v", "to_out"]:
                yield from linear(f"{name}.{part}{suffix}", WIDTH, WIDTH)
            yield f"{name}.q_rms_norm{suffix}.weight", (WIDTH,)
            yield f"{name}.k_rms_norm{suffix}.weight", (WIDTH,)

    def experts(name):
        yield f"{name}.gate.weight", (EXPERTS, WIDTH)
        yield from feed_forward(f"{name}.shared_experts", SHARED)
        for index in range(EXPERTS):
            yield from feed_forward(f"{name}.experts.{index}", HIDDEN)

    for part, inputs in [("t_embedder.timestep_embedder", 256), ("p_embedder.pooled_embedder", POOLED)]:
        yield from linear(f"{part}.linear_1", WIDTH, inputs)
        yield from linear(f"{part}.linear_2", WIDTH, WIDTH)
    yield from linear("x_embedder.proj", WIDTH, 64)
    for index in range(dual + single + 1):
        yield from linear(f"caption_projection.{index}.linear", WIDTH, CAPTION, bias=False)
    for index in range(dual):
        block = f"double_stream_blocks.{index}.block"
        yield from linear(f"{block}.adaLN_modulation.1", 12 * WIDTH, WIDTH)
        yield from attention(f"{block}.attn1", ["", "_t"])
        yield from experts(f"{block}.ff_i")
        yield from feed_forward(f"{block}.ff_t", HIDDEN)
    for index in range(single):
        block = f"single_stream_blocks.{index}.block"
        yield from linear(f"{block}.adaLN_modulation.1", 6 * WIDTH, WIDTH)
        yield from attention(f"{block}.attn1", [""])
        yield from experts(f"{block}.ff_i")
    yield from linear("final_layer.linear", 64, WIDTH)
    yield from linear("final_layer.adaLN_modulation.1", 2 * WIDTH, WIDTH)


def bfloat16(values):
    return (values.astype(numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)


def write_model(folder, dual, single):
    folder.mkdir(parents=True, exist_ok=True)
    configuration = {
        "_class_name": "HiDreamImageTransformer2DModel", "attention_head_dim": WIDTH // HEADS,
        "axes_dims_rope": [64, 32, 32], "caption_channels": [CAPTION, CAPTION], "in_channels": 16,
        "llama_layers": [min(index, 31) for index in range(dual + single)], "max_resolution": [128, 128],
        "num_activated_experts": 2, "num_attention_heads": HEADS, "num_layers": dual,
        "num_routed_experts": EXPERTS, "num_single_layers": single, "out_channels": 16, "patch_size": 2,
        "text_emb_dim": POOLED,
    }
    (folder / "config.json").write_text(json.dumps(configuration))
    header, offset, count = {}, 0, 0
    tensors = list(shapes(dual, single))
    for name, shape in tensors:
        size = 2 * int(numpy.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
        count += size // 2
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    print(f"writing {count / 1e9:.2f} B parameters, {offset / 1e9:.1f} GB", flush=True)
    random = numpy.random.default_rng(0)
    pool = random.standard_normal(1 << 25, dtype=numpy.float32)
    # A pool for each size of values: rounding a scaled one again would take the longest.
    pools = {}
    start = time.time()
    with open(folder / "diffusion_pytorch_model.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for name, shape in tensors:
            if name.endswith("norm.weight") or "rms_norm" in name:
                file.write(bfloat16(numpy.ones(shape)).tobytes())
                continue
            # The gates of adaLN small, as in a trained network.
            scale = 0.02 if len(shape) == 1 or "adaLN" in name else shape[-1] ** -0.5
            if scale not in pools:
                pools[scale] = bfloat16(pool * scale)
            source, left = pools[scale], int(numpy.prod(shape))
            while left > 0:
                first = int(random.integers(0, source.size // 2))
                part = source[first:first + min(left, source.size // 2)]
                file.write(part.tobytes())
                left -= part.size
    print(f"written in {time.time() - start:.0f} s", flush=True)


def write_inputs(path, side, states):
    random = numpy.random.default_rng(1)

    def normal(*shape):
        return random.standard_normal(shape, dtype=numpy.float32)

    inputs = {
        "hidden_states": normal(1, 16, side // 8, side // 8), "timesteps": numpy.array([500], numpy.float32),
        "encoder_hidden_states_t5": normal(1, TEXT, CAPTION),
        "encoder_hidden_states_llama3": normal(states, 1, TEXT, CAPTION), "pooled_embeds": normal(1, POOLED),
    }
    header, offset = {}, 0
    for name, value in inputs.items():
        header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for value in inputs.values():
            file.write(value.tobytes())


def anonymous(process):
    """Anonymous bytes of a process now."""
    try:
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--blocks", type=int, nargs=2, default=[16, 32], help="dual and single")
    parser.add_argument("--side", type=int, nargs="+", default=[256])
    parser.add_argument("--compute", nargs="+", default=["bf16"])
    parser.add_argument("--reps", type=int, default=1)
    parser.add_argument("--threads", type=int, help="default: one for each core")
    parser.add_argument("--sparsedit", default=".build/release/sparsedit")
    arguments = parser.parse_args()
    model = arguments.folder / "transformer"
    if not (model / "diffusion_pytorch_model.safetensors").exists():
        write_model(model, *arguments.blocks)
    for side in arguments.side:
        inputs = arguments.folder / f"inputs-{side}.safetensors"
        write_inputs(inputs, side, 32)
        for compute in arguments.compute:
            command = [
                arguments.sparsedit, "model", "forward", "-m", model, "--inputs", inputs, "--save",
                arguments.folder / "output.safetensors", "--compute", compute, "--reps", arguments.reps, "--json",
            ]
            if arguments.threads:
                command += ["--threads", arguments.threads]
            process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
            peak = 0
            while process.poll() is None:
                peak = max(peak, anonymous(process))
                time.sleep(0.05)
            if process.returncode != 0:
                raise SystemExit(f"sparsedit failed ({process.returncode})")
            report = json.loads(process.stdout.read())
            print(
                f"{side} x {side}, {compute}, {report['threads']} threads: "
                f"{', '.join(f'{seconds:.1f}' for seconds in report['seconds'])} s; peak {peak / 1e9:.2f} GB anonymous, "
                f"{report['peak_memory_bytes'] / 1e9:.2f} GB resident",
                flush=True,
            )


if __name__ == "__main__":
    main()
