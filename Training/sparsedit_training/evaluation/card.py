"""Fills the model card with what was measured."""

import json
import math
from pathlib import Path

from safetensors import safe_open

TEMPLATE = Path(__file__).with_name("card.md")
PARTS = {
    "transformer": "diffusion_pytorch_model.safetensors",
    "vae": "diffusion_pytorch_model.safetensors",
    "text_encoder": "model.safetensors",
}
STORED = {"I8": "int8 rows", "F16": "float16", "BF16": "bfloat16", "F32": "float32"}


def spread(figure: dict, unit: str = "", scale: float = 1, digits: int = 2) -> str:
    """`value (low to high)`."""
    value, low, high = (f"{scale * figure[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value}{unit} ({low} to {high})"


def part_row(model: Path, name: str, weights: str) -> str:
    """One row of the table of parts: shape from the configuration, sizes from the weights."""
    config = json.loads((model / name / "config.json").read_text())
    count, forms = 0, {}
    with safe_open(model / name / weights, "np") as file:
        keys = set(file.keys())
        for key in keys:
            if key.endswith(".scale") and key.removesuffix(".scale") in keys:
                continue
            part = file.get_slice(key)
            size = math.prod(part.get_shape())
            count += size
            forms[part.get_dtype()] = forms.get(part.get_dtype(), 0) + size
    form = STORED.get(max(forms, key=forms.__getitem__), "mixed")
    kind = config.get("_class_name") or (config.get("architectures") or [name])[0]
    return f"| {name} | `{kind}`: {shape(name, config)} | {count / 1e6:.1f} M | {form} |"


def shape(name: str, config: dict) -> str:
    if name == "transformer":
        heads, width = config["num_attention_heads"], config["attention_head_dim"]
        return (
            f"{config['num_layers']} dual + {config['num_single_layers']} single blocks, width {heads * width}, "
            f"{heads} heads, {config['num_routed_experts']} experts ({config['num_activated_experts']} active)"
        )
    if name == "vae":
        return f"{config['latent_channels']} channels at 1/8"
    layers, width = config["num_layers"], config["hidden_size"]
    return f"{layers} layers, width {width}; byte-level vocabulary of {config['vocab_size']:,}"


def rows(figures: dict) -> list[tuple[str, str]]:
    """What was measured and the figure, for the sections that are there."""
    out = []
    if part := figures.get("autoencoder"):
        what = f"autoencoder, one 128 px crop of each of {part['pictures']} held-out pictures"
        psnr = f"PSNR {part['psnr_mean']:.1f} dB mean, {part['psnr_median']:.1f} dB median; SSIM {part['ssim_mean']:.3f}"
        out.append((what, psnr))
        out.append(
            ("share of that error that repeats with the 8 px grid", f"{100 * part['grid_share']:.1f} %")
        )
        out.append(
            (
                "gradient between cells of 2 px over that within them, relative to the picture",
                f"{part['pair_ratio']:.2f}",
            )
        )
    if part := figures.get("learning"):
        if "text_cosine" in part:
            what = "text encoder, cosine to its teacher on texts kept out of the distillation"
            out.append((what, f"{part['text_cosine']:.2f}"))
        flow = part["flow"]
        levels = ", ".join(f"{level['grain']:.2f} at {sigma}" for sigma, level in flow["levels"].items())
        what = f"transformer, squared error (2 for no knowledge) on {flow['pictures']} held-out crops, by noise level"
        out.append((what, levels))
    if part := figures.get("inpainting"):
        for size in (64, 96):
            hole = part[f"{size}px"]
            best = hole["best_classical"]
            name = best.replace("_", "-")
            label = f"{size} px holes in {part['crops']} held-out crops of 256 px, median"
            distances = ", ".join(
                f"{word} {spread(hole[key]['distance'])}"
                for word, key in (
                    ("with the caption", "caption"),
                    ("without a prompt", "no_prompt"),
                    ("with Poisson seam", "caption_poisson"),
                    (name, best),
                    ("another piece of the same picture", "another_patch"),
                )
                if key in hole
            )
            out.append((f"{label}: texture distance", distances))
            for key, word in (("border", "gradient across the border over inside"), ("psnr", "PSNR in dB")):
                pairs = ", ".join(
                    f"{title} {spread(hole[method][key])}"
                    for title, method in (
                        ("with the caption", "caption"),
                        ("without a prompt", "no_prompt"),
                        ("with Poisson seam", "caption_poisson"),
                        (name, best),
                    )
                    if method in hole
                )
                out.append((f"{label}: {word}", pairs))
    if part := figures.get("adherence"):
        own = part["classifier"]
        out.append(
            (
                f"material named right by a classifier, {part['pictures']} pictures of 20 materials",
                f"{spread(part['accuracy'], ' %', 100, 0)}; among its first three {spread(part['in_three'], ' %', 100, 0)}; "
                f"of real pictures that it has not seen it names {100 * own['cross_validated_mean_recall']:.0f} % right",
            )
        )
    if part := figures.get("colour_words"):
        mossy = part["prompts"]["mossy cobblestones"]
        out.append((f"colour words obeyed, of {part['of']} prompts", f"{part['passed']}"))
        out.append(
            (
                "`mossy cobblestones`, median of 6 seeds",
                f"{100 * mossy['share']:.0f} % of pixels green-dominant; the classifier gives {100 * mossy['stony']:.0f} % to stone",
            )
        )
    if part := figures.get("tiling"):
        out.append(
            (
                f"seam ratio of {part['textures']} textures, the larger of x and y",
                f"median {spread(part['larger_of_both'])}, worst {part['worst']:.2f}; "
                f"{part['larger_of_both_elsewhere']:.2f} at lines anywhere else",
            )
        )
    if part := figures.get("guidance"):
        columns = [*part["scales"].items(), ("held-out pictures", part["real"])]
        for key, word in (("chroma", "mean chroma (Lab)"), ("clipped", "share of clipped pixels")):
            scale, digits = (100, 1) if key == "clipped" else (1, 1)
            unit = " %" if key == "clipped" else ""
            figure = ", ".join(f"{name}: {scale * column[key]:.{digits}f}{unit}" for name, column in columns)
            out.append((f"guidance: {word}", figure))
        out.append(("brown left by `-n brown`", f"{100 * part['brown_share_kept']:.0f} % of its share"))
    if part := figures.get("sparsity"):
        for level, found in part["levels"].items():
            if float(level) > 0:
                out.append(
                    (
                        f"sparsity {level} at {part['side']} x {part['side']} in one window",
                        f"{found['psnr']:.1f} dB to dense, {100 * found['achieved']:.0f} % of the blocks left out, "
                        f"{found['time_ratio']:.2f} of the time",
                    )
                )
    if (part := figures.get("upscaling")) and "skipped" not in part:
        out.append(
            (
                f"upscaling 4x, {part['pictures']} held-out crops, median",
                f"shrunk again {spread(part['shrunk_psnr'], ' dB', 1, 1)} to the source; fine gradients "
                f"{spread(part['detail_to_true'])} of the true picture's, Lanczos {spread(part['lanczos_detail_to_true'])}",
            )
        )
    return out


def card(figures: Path, model: Path, target: Path) -> None:
    """Writes the model card: the template with its tables filled from `figures` and from the files of `model`."""
    measured = json.loads(figures.read_text())
    try:
        table = "\n".join(f"| {what} | {figure} |" for what, figure in rows(measured))
    except KeyError as error:
        raise SystemExit(f"{figures}: the figure {error} is missing; run that section of `evaluate` again")
    parts = "\n".join(part_row(model, name, weights) for name, weights in PARTS.items())
    text = TEMPLATE.read_text().replace("<!-- parts -->", parts).replace("<!-- measured -->", table)
    target.write_text(text)
    quick = [name for name, section in measured.items() if section.get("quick")]
    if quick:
        print(f"from a quick pass: {', '.join(quick)}; the card should hold the full one's figures")
    print(f"wrote {target}")
