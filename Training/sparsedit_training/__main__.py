"""Command line: python -m sparsedit_training VERB."""

import argparse
import tomllib
from pathlib import Path

from .evaluation.options import add_arguments

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
    sub = verb("rebuild", "download the packages the pictures come from and cut them out")
    sub.add_argument("recipe", type=Path, help="captions.jsonl")
    sub.add_argument("source", type=Path, help="folder to fill for `prepare`")
    sub = verb("adopt", "start from an exported model instead of from random weights")
    sub.add_argument("model", type=Path)
    sub = verb("autoencoder", "train the autoencoder, or go on with it")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock in all")
    sub = verb("decoder", "go on with the finished autoencoder's decoder alone")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock in all")
    sub = verb("detail", "train the detail network, or go on with it")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock in all")
    sub.add_argument("--vivid", action="store_true", help="the vivid one, from the faithful one's weights")
    sub = verb("text", "train the tokenizer and distil the text encoder")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock of the distillation")
    sub = verb("latents", "encode augmented crops for the transformer")
    sub = verb("transformer", "train the transformer, or go on with it")
    sub.add_argument("--minutes", type=float, required=True, help="wall clock in all")
    sub.add_argument("--lenders", type=int, default=0, help="processes that use idle cores")
    sub = verb("export", "write the bundled model from the checkpoints")
    sub.add_argument("target", type=Path)
    sub.add_argument(
        "--mean-with",
        type=Path,
        action="append",
        default=[],
        help="another run's transformer_average.pt, repeatable: export the mean of the weights",
    )
    sub = verb("sample", "draw a contact sheet from an exported model")
    sub.add_argument("model", type=Path)
    sub.add_argument("target", type=Path, help="PNG to write")
    sub.add_argument("--size", type=int, default=256)
    sub.add_argument("--steps", type=int, default=30)
    sub.add_argument("--guidance", type=float, default=7.0)
    sub.add_argument("--count", type=int, default=32, help="how many of the fixed prompts")
    add_arguments(verb("evaluate", "measure an exported model, through the command, on held-out pictures"))
    sub = verb("card", "fill the model card with the figures of `evaluate`")
    sub.add_argument("figures", type=Path, help="JSON of `evaluate`")
    sub.add_argument("model", type=Path, help="exported folder; its README.md is written")

    options = parser.parse_args()
    config = tomllib.loads(options.config.read_text())
    data = options.work / "data"
    # Imported late: `--help` should not wait for torch.
    if options.verb == "prepare":
        from .data import prepare

        prepare(options.source, data)
    elif options.verb == "rebuild":
        from .packages import rebuild

        rebuild(options.recipe, options.source)
    elif options.verb == "adopt":
        from .adopt import adopt

        adopt(options.model, options.work)
    elif options.verb in ("autoencoder", "decoder"):
        from .train_autoencoder import train

        alone = options.verb == "decoder"
        train(config["autoencoder"], data, options.work, options.minutes, alone)
    elif options.verb == "detail":
        from .train_detail import train

        train(config["detail"], data, options.work, options.minutes, options.vivid)
    elif options.verb == "text":
        from .train_text import train

        train(config["text"], data, options.work, options.minutes)
    elif options.verb == "latents":
        from .latents import cache_latents

        latents = config["latents"]
        for size, versions in latents["versions"].items():
            cache_latents(options.work, int(size), versions, latents["overgrown"], latents["seed"])
    elif options.verb == "transformer":
        from .train_transformer import train

        train(config["transformer"], config["text"], options.work, options.minutes, options.lenders)
    elif options.verb == "export":
        from .export import export

        export(config, options.work, options.target, options.mean_with)
    elif options.verb == "sample":
        from .sample import sheet

        sheet(
            options.model,
            options.target,
            options.size,
            options.steps,
            options.guidance,
            options.count,
        )
    elif options.verb == "evaluate":
        from .evaluation.report import evaluate

        evaluate(options, config["text"])
    elif options.verb == "card":
        from .evaluation.card import card

        card(options.figures, options.model, options.model / "README.md")


if __name__ == "__main__":
    main()
