"""Pictures as one memory-mapped array, and the crops that training draws from it."""

import hashlib
import json
import math
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import numpy as np
from PIL import Image

HELD_OUT_SHARE = 0.05
SMALLEST_CROP = 128

# Sample pictures of these libraries are what tests and papers show results on.
EXCLUDED_PACKAGES = re.compile(r"skimage|scikit|opencv|jxl|sklearn", re.IGNORECASE)

TOP_DOWN = re.compile(r"top-down|from above|aerial")
DIRECTED = re.compile(
    r"\b(left|right|vertical|horizontal|diagonal|above|below|top half|bottom|side|upper|lower|base|"
    r"under|over|wall|panel|door|window|facade|sky|at the)\b"
)
MIRRORED = re.compile(r"\b(left|right|letter|text|sign|number|word|writing)")


@dataclass(frozen=True)
class Picture:
    """One picture of the set and where its pixels lie."""

    offset: int
    height: int
    width: int
    caption: str
    kind: str
    quality: int
    seamless: bool
    held_out: bool

    @property
    def turns(self) -> bool:
        """Whether a quarter turn leaves the caption true."""
        flat = self.kind in ("texture", "aerial") and TOP_DOWN.search(self.caption) is not None
        return flat and DIRECTED.search(self.caption.replace("from above", "")) is None

    @property
    def mirrors(self) -> bool:
        return MIRRORED.search(self.caption) is None


def family(path: str) -> str:
    """Siblings differ by digits and a last letter; they must not straddle the split."""
    stem = re.sub(r"\d", "", path.rsplit(".", 1)[0])
    return stem[:-1].rstrip("_-")


def held_out_families(records: list[dict]) -> set[tuple[str, str]]:
    """About 5 % of the pictures of each package, by whole families in a fixed order."""
    members: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for record in records:
        members[record["package"]][family(record["path"])] += 1
    chosen = set()
    for package, families in members.items():
        wanted = HELD_OUT_SHARE * sum(families.values())
        order = sorted(families, key=lambda name: hashlib.sha256(name.encode()).digest())
        taken = 0
        for name in order:
            # A family larger than what is missing would take far more than the share.
            if taken + families[name] <= wanted + 0.5:
                chosen.add((package, name))
                taken += families[name]
    return chosen


def prepare(source: Path, target: Path) -> None:
    """Decodes `source`/captions.jsonl and its pictures into `target`/pictures.{u8,json}."""
    lines = (source / "captions.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    records = [record for record in records if not EXCLUDED_PACKAGES.search(record["package"])]
    held_out = held_out_families(records)
    target.mkdir(parents=True, exist_ok=True)

    def decode(record: dict) -> np.ndarray:
        with Image.open(source / record["file"]) as image:
            return np.asarray(image.convert("RGB"))

    index, offset = [], 0
    with open(target / "pictures.u8", "wb") as file, ThreadPoolExecutor(2) as pool:
        for record, pixels in zip(records, pool.map(decode, records)):
            height, width, _ = pixels.shape
            if min(height, width) < SMALLEST_CROP:
                continue
            file.write(pixels.tobytes())
            fields = {key: record[key] for key in ("caption", "kind", "quality", "seamless")}
            held = (record["package"], family(record["path"])) in held_out
            index.append({"offset": offset, "height": height, "width": width, **fields, "held_out": held})
            offset += pixels.size
    (target / "pictures.json").write_text(json.dumps(index))
    print(f"{len(index)} pictures, {sum(p['held_out'] for p in index)} held out, {offset >> 20} MiB")


class Pictures:
    """The prepared set. `training` and `evaluation` are disjoint by family."""

    def __init__(self, folder: Path):
        self.pixels = np.memmap(folder / "pictures.u8", np.uint8, "r")
        self.all = [Picture(**p) for p in json.loads((folder / "pictures.json").read_text())]
        self.training = [p for p in self.all if not p.held_out]
        self.evaluation = [p for p in self.all if p.held_out]

    def array(self, picture: Picture) -> np.ndarray:
        """Pixels (H, W, 3)."""
        size = picture.height * picture.width * 3
        flat = self.pixels[picture.offset : picture.offset + size]
        return flat.reshape(picture.height, picture.width, 3)

    def crop(
        self,
        picture: Picture,
        size: int,
        rng: np.random.Generator,
        augment: bool = True,
        scales: tuple[float, float] = (1, math.inf),
    ) -> tuple[np.ndarray, float]:
        """A crop (size, size, 3) and its scale: source pixels per crop pixel.

        The scale is log-uniform in `scales`, as far as the short side reaches; seamless pictures are rolled.
        """
        pixels = self.array(picture)
        short = min(picture.height, picture.width)
        low, high = (min(round(scale * size), short) if scale < math.inf else short for scale in scales)
        side = round(math.exp(rng.uniform(math.log(low), math.log(high))))
        if picture.seamless and augment:
            rows = (rng.integers(picture.height) + np.arange(side)) % picture.height
            columns = (rng.integers(picture.width) + np.arange(side)) % picture.width
            window = pixels.take(rows, 0).take(columns, 1)
        else:
            y = rng.integers(picture.height - side + 1)
            x = rng.integers(picture.width - side + 1)
            window = pixels[y : y + side, x : x + side]
        if side != size:
            image = Image.fromarray(np.ascontiguousarray(window))
            image = image.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
            window = np.asarray(image)
        if augment:
            if picture.mirrors and rng.random() < 0.5:
                window = window[:, ::-1]
            if picture.turns:
                window = np.rot90(window, rng.integers(4))
        return window, side / size


def prefetch(make: Callable[[int], object], first: int, depth: int = 4) -> Iterator:
    """make(step) for step = first, first + 1, ... computed ahead in one thread."""
    queue: Queue = Queue(depth)

    def work() -> None:
        step = first
        while True:
            queue.put(make(step))
            step += 1

    threading.Thread(target=work, daemon=True).start()
    while True:
        yield queue.get()
