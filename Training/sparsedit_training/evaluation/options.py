"""The arguments of `evaluate`; imports nothing heavy, for `--help`."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

SECTION_NAMES = (
    "autoencoder", "learning", "colour_words", "inpainting", "adherence", "sheet", "tiling", "guidance", "sparsity", "upscaling",
)  # fmt: skip


def section_names(text: str) -> list[str]:
    """The sections of a list with commas; an unknown name is a usage error."""
    names = text.split(",")
    unknown = [name for name in names if name not in SECTION_NAMES]
    if unknown:
        raise ArgumentTypeError(f"expected some of {', '.join(SECTION_NAMES)}, found {', '.join(unknown)}")
    return names


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="exported folder")
    parser.add_argument("--command", default="sparsedit", help="the built command (default: on the PATH)")
    parser.add_argument(
        "--output", type=Path, default=Path("evaluation.json"), help="figures; sections are added"
    )
    parser.add_argument(
        "--pictures", type=Path, help="folder for pictures (default: the output without .json)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer pictures: minutes instead of half an hour"
    )
    parser.add_argument("--steps", type=int, help="denoising steps (default: the model's, 16 with --quick)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", type=section_names, help="sections, separated by commas")
