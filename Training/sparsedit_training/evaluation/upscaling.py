"""Upscaling of held-out pictures that were made smaller: against Lanczos and against what they were."""

import numpy as np
from PIL import Image

from .command import read
from .crops import held_out_crops
from .fidelity import psnr
from .intervals import interval
from .plan import Context
from .texture import fine_detail, texture_distance

SCALE = 4
SIDE = 512


def evaluate_upscaling(context: Context) -> dict:
    """Medians: PSNR of the shrunk result to the source, detail and texture distance of it and of Lanczos."""
    if not context.command.has("upscale"):
        return {"skipped": f"{context.command.program} has no verb upscale"}
    folder = context.folder / "upscaling"
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, float]] = []
    strips = []
    small = SIDE // SCALE
    for index, (picture, truth) in enumerate(
        held_out_crops(context.pictures, context.plan.upscaled, SIDE, seed=31)
    ):
        source = Image.fromarray(truth).resize((small, small), Image.Resampling.LANCZOS)
        path, file = folder / f"{index:02d}-source.png", folder / f"{index:02d}.png"
        source.save(path)
        options = {"image": path, "scale": SCALE, "seed": index, **context.plan.sampling}
        context.command.run("upscale", picture.caption, file, options)
        ours = read(file)
        lanczos = np.asarray(source.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
        if ours.shape != lanczos.shape:
            raise SystemExit(
                f"{file}: expected {SIDE} x {SIDE} pixels, found {ours.shape[1]} x {ours.shape[0]}"
            )
        shrunk = np.asarray(Image.fromarray(ours).resize((small, small), Image.Resampling.LANCZOS))
        rows.append(
            {
                "shrunk_psnr": psnr(shrunk, np.asarray(source)),
                "psnr": psnr(ours, truth),
                "lanczos_psnr": psnr(lanczos, truth),
                "detail_to_true": fine_detail(ours, truth),
                "detail_to_lanczos": fine_detail(ours, lanczos),
                "lanczos_detail_to_true": fine_detail(lanczos, truth),
                "distance": texture_distance(ours, truth)["distance"],
                "lanczos_distance": texture_distance(lanczos, truth)["distance"],
            }
        )
        strips.append(np.concatenate((lanczos, ours, truth), 1)[: SIDE // 2])
    Image.fromarray(np.concatenate(strips[:6])).save(context.folder / "upscaling.png")
    return {"pictures": len(rows)} | {key: interval([row[key] for row in rows]) for key in rows[0]}
