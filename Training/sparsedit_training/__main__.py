"""Command line: python -m sparsedit_training VERB."""

import argparse
import tomllib
from pathlib import Path

DEFAULT_CONFIG = Path(__file__).parent.parent / "configs" / "bundled.toml"


def main() -> None:
    parser = argparse.ArgumentParser(prog="sparsedit_training", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name: str, about: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=about, description=about)
        sub.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
        sub.add_argument("--work", type=Path, default=Path("work"), help="caches and checkpoints")
        return sub

    sub = verb("prepare", "decode the pictures into the working folder")
    sub.add_argument("source", type=Path, help="folder with captions.jsonl and pictures/")
    sub = verb("autoencoder", "train the autoencoder, or go on with it")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock in all")
    sub = verb("text", "train the tokenizer and distil the text encoder")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock of the distillation")

    options = parser.parse_args()
    config = tomllib.loads(options.config.read_text())
    data = options.work / "data"
    # Imported late: `--help` should not wait for torch.
    if options.verb == "prepare":
        from .data import prepare

        prepare(options.source, data)
    elif options.verb == "autoencoder":
        from .train_autoencoder import train

        train(config["autoencoder"], data, options.work, options.minutes)
    elif options.verb == "text":
        from .train_text import train

        train(config["text"], data, options.work, options.minutes)


if __name__ == "__main__":
    main()
