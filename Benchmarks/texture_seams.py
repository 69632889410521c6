#!/usr/bin/env python3
"""Seam ratios of seamless textures: medians over 20 prompts, both axes, and a sheet of 3 x 2 repeats to look at.

    Benchmarks/texture_seams.py [--model MODEL] [--size 256] [--sheets FOLDER] [PHOTOGRAPH ...]

The ratio is the command's own: mean difference across the border over the mean difference of neighbours inside, so
1 is a border like any other place. Photographs are made tileable and measured too, beside their ratio as they are.
Needs the built command (make build); nothing but Python's standard library.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

PROMPTS = [
    "mossy cobblestones", "weathered oak planks", "red brick wall", "grey concrete with cracks", "dry grass",
    "gravel path", "rusty iron plate", "white plaster wall", "slate roof tiles", "sand with ripples",
    "cracked mud", "granite", "marble with dark veins", "forest floor with leaves", "rough bark",
    "blue ceramic tiles", "snow", "limestone wall", "asphalt road", "green lawn",
]
ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(command, *flags):
    result = subprocess.run([command, *map(str, flags)], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def describe(name, x, y):
    print(f"{name:36} x {x:5.2f}  y {y:5.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", nargs="*", type=pathlib.Path)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--sheets", type=pathlib.Path, help="keep the tiles and their repeats here")
    options = parser.parse_args()
    folder = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True)
    command = pathlib.Path(folder.stdout.strip()) / "sparsedit"
    with tempfile.TemporaryDirectory() as scratch:
        out = options.sheets or pathlib.Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        ratios = []
        for index, prompt in enumerate(PROMPTS):
            report = run(
                command, "texture", "-m", options.model, "-p", prompt, "-s", index, "-W", options.size, "-H",
                options.size, "-o", out / f"{index:02}.png", "--repeat", "3x2", "--json")
            ratios.append((report["seam_ratio"]["x"], report["seam_ratio"]["y"]))
            describe(prompt, *ratios[-1])
        describe("median of 20 prompts", *(statistics.median(axis) for axis in zip(*ratios)))
        describe("largest", *(max(axis) for axis in zip(*ratios)))
        for photograph in options.photographs:
            before = run(command, "inspect", photograph, "--seam-ratio", "--json")["seam_ratio"]
            after = run(
                command, "texture", "-m", options.model, "-i", photograph, "-p", photograph.stem, "-o",
                out / f"photo-{photograph.stem}.png", "--repeat", "2x2", "--json")["seam_ratio"]
            describe(f"{photograph.name} as it is", before["x"], before["y"])
            describe(f"{photograph.name} made tileable", after["x"], after["y"])


if __name__ == "__main__":
    main()
