"""The `sparsedit` command as a function."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image


class CommandError(Exception):
    """The command failed: its arguments, status and message."""


def parsed(text: str) -> list[dict]:
    """The JSON objects that follow each other in a text."""
    decoder, out, at = json.JSONDecoder(), [], 0
    text = text.strip()
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        out.append(value)
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return out


def read(path: Path | str) -> np.ndarray:
    """Pixels (H, W, 3), 8 bits."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


class Sparsedit:
    """Runs verbs of a built command on one model and returns their reports."""

    def __init__(self, program: str, model: Path, threads: int):
        self.program = program
        self.common = ["--model", str(model), "--threads", str(threads), "--no-metadata", "--json"]

    def has(self, verb: str) -> bool:
        """Whether this build knows the verb."""
        return subprocess.run([self.program, verb, "--help"], capture_output=True).returncode == 0

    def run(self, verb: str, prompt: str, output: Path, options: dict) -> list[dict]:
        """One report a picture. An option `cfg_scale=4` is passed as `--cfg-scale 4`."""
        output.parent.mkdir(parents=True, exist_ok=True)
        arguments: Iterable[str] = ["--prompt", prompt, "--output", str(output), *self.common]
        for name, value in options.items():
            arguments = [*arguments, "--" + name.replace("_", "-"), str(value)]
        done = subprocess.run([self.program, verb, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise CommandError(
                f"{self.program} {verb} {' '.join(arguments)}: status {done.returncode}: {done.stderr.strip()}"
            )
        return parsed(done.stdout)

    def generate(self, prompt: str, output: Path, count: int = 1, **options) -> list[np.ndarray]:
        """`count` pictures with seeds that count up from `seed`; `output` needs a %03d for several."""
        reports = self.run("generate", prompt, output, {"batch_count": count, **options})
        return [read(report["output"]) for report in reports]

    def inpaint(self, image: Path, mask: Path, prompt: str, output: Path, **options) -> np.ndarray:
        """The picture with its hole filled."""
        self.run("inpaint", prompt, output, {"image": image, "mask": mask, **options})
        return read(output)
