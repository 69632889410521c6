"""Writes the fixtures of UpscalersTests.

    python3 Tests/Reference/upscaler_fixtures.py

Needs torch, safetensors and spandrel, whose networks are the reference, tiny, with random weights. Each fixture is a
file of weights as its trainers would write it, and a case: `picture` (3, H, W) and `enlarged`.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as functional
from safetensors.torch import save_file
from spandrel.architectures.Compact import Compact
from spandrel.architectures.ESRGAN import ESRGAN
from spandrel.architectures.SPAN import SPAN
from spandrel.architectures.__arch_helpers import block

FOLDER = Path(__file__).parent.parent / "UpscalersTests/Fixtures"


def randomize(model: torch.nn.Module, gain: float = 1.0) -> None:
    for name, value in model.named_parameters():
        if value.ndim > 1:
            torch.nn.init.normal_(value, std=gain * value[0].numel() ** -0.5)
        elif "act" in name or value.numel() == 0:
            torch.nn.init.uniform_(value, -0.2, 0.5)
        else:
            torch.nn.init.normal_(value, std=0.1)
    for value in model.parameters():
        value.data = value.data.half().float()


def halves(state: dict) -> dict:
    return {name: value.detach().half().contiguous() for name, value in state.items()}


def case(name: str, model: torch.nn.Module, height: int = 6, width: int = 9) -> None:
    picture = torch.rand(1, 3, height, width)
    enlarged = model.eval()(picture)
    save_file(
        {"picture": picture[0], "enlarged": enlarged[0].contiguous()}, FOLDER / f"{name}.case.safetensors"
    )


def esrgan(scale: int, shuffle: int | None, channels: int, blocks: int) -> torch.nn.Module:
    model = ESRGAN(num_filters=6, num_blocks=0, scale=scale, shuffle_factor=shuffle, in_nc=channels)
    trunk = model.model[1].sub[0]
    parts = [block.RRDB(6, gc=4, norm_type=None, act_type="leakyrelu") for _ in range(blocks)]
    model.model[1].sub = torch.nn.Sequential(*parts, trunk)
    randomize(model)
    return model


def renamed(state: dict, doublings: int) -> dict:
    """The first release's names turned into Real-ESRGAN's."""
    last = 3 * doublings
    names = {"model.0": "conv_first", "model.1.sub.1": "conv_body"}
    names |= {f"model.{3 * (i + 1)}": f"conv_up{i + 1}" for i in range(doublings)}
    names |= {f"model.{last + 2}": "conv_hr", f"model.{last + 4}": "conv_last"}
    result = {}
    for name, value in state.items():
        stem, kind = name.rsplit(".", 1)
        if ".RDB" in stem:
            stem = stem.replace("model.1.sub.", "body.").replace("RDB", "rdb").removesuffix(".0")
        result[f"{names.get(stem, stem)}.{kind}"] = value
    return result


class CompactUpscaler(torch.nn.Module):
    """The bundled model's network, as `Training/` trains it; cubic interpolation after Catmull and Rom."""

    class Pair(torch.nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.conv1 = torch.nn.Conv2d(width, width, 3, padding=1)
            self.act = torch.nn.PReLU(width)
            self.conv2 = torch.nn.Conv2d(width, width, 3, padding=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.conv2(self.act(self.conv1(x)))

    def __init__(self, width: int, pairs: int, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.head = torch.nn.Conv2d(3, width, 3, padding=1)
        self.body = torch.nn.Sequential(*(self.Pair(width) for _ in range(pairs)))
        self.tail = torch.nn.Conv2d(width, 3 * scale * scale, 3, padding=1)

    def set_circular(self) -> None:
        for module in self.modules():
            if isinstance(module, torch.nn.Conv2d):
                module.padding_mode = "circular"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        detail = functional.pixel_shuffle(self.tail(self.body(self.head(x))), self.scale)
        return detail + cubic(x, self.scale, self.head.padding_mode)


def cubic(x: torch.Tensor, scale: int, padding_mode: str) -> torch.Tensor:
    def kernel(distance: torch.Tensor) -> torch.Tensor:
        d = distance.abs()
        near = (1.5 * d - 2.5) * d * d + 1
        far = ((-0.5 * d + 2.5) * d - 4) * d + 2
        return torch.where(d < 1, near, torch.where(d < 2, far, torch.zeros_like(d)))

    def along(x: torch.Tensor, axis: int) -> torch.Tensor:
        length = x.shape[axis]
        place = (torch.arange(length * scale, dtype=torch.float64) + 0.5) / scale - 0.5
        total = 0
        for offset in range(-1, 3):
            index = place.floor().long() + offset
            weight = kernel(place - index)
            index = index % length if padding_mode == "circular" else index.clamp(0, length - 1)
            shape = [1] * 4
            shape[axis] = -1
            total = total + x.index_select(axis, index) * weight.float().view(shape)
        return total

    return along(along(x, 2), 3)


@torch.no_grad()
def main() -> None:
    torch.manual_seed(4)
    FOLDER.mkdir(parents=True, exist_ok=True)

    model = esrgan(4, None, 3, blocks=2)
    torch.save({"params": halves(model.state_dict())}, FOLDER / "esrgan-x4.pth")
    case("esrgan-x4", model)
    for scale, shuffle, channels in ((2, 2, 12), (1, 4, 48)):
        model = esrgan(4, shuffle, channels, blocks=1)
        save_file(halves(renamed(model.state_dict(), 2)), FOLDER / f"esrgan-x{scale}.safetensors")
        case(f"esrgan-x{scale}", model)

    for scale in (4, 2):
        model = Compact(num_feat=16, num_conv=2, upscale=scale)
        randomize(model)
        torch.save({"params_ema": halves(model.state_dict())}, FOLDER / f"compact-x{scale}.pth")
        case(f"compact-x{scale}", model)

    for scale, norm in ((4, True), (2, False)):
        model = SPAN(num_in_ch=3, num_out_ch=3, feature_channels=4, upscale=scale, norm=norm)
        randomize(model)
        state = halves(model.state_dict())
        model.eval()(torch.rand(1, 3, 8, 8))
        if scale == 2:
            # Only the merged convolutions, as exports have them.
            merged = model.state_dict()
            state = halves({k: v for k, v in merged.items() if ".sk." not in k and ".conv." not in k})
            model.load_state_dict(dict(merged, **{k: v.float() for k, v in state.items()}))
            for part in model.modules():
                if hasattr(part, "update_params"):
                    part.update_params = lambda: None
        save_file(state, FOLDER / f"span-x{scale}.safetensors")
        case(f"span-x{scale}", model)

    folder = FOLDER / "bundled"
    folder.mkdir(exist_ok=True)
    model = CompactUpscaler(width=16, pairs=2, scale=4)
    randomize(model)
    save_file(halves(model.state_dict()), folder / "model.safetensors")
    text = {"_class_name": "CompactUpscaler", "width": 16, "pairs": 2, "scale": 4}
    (folder / "config.json").write_text(json.dumps(text, indent=1) + "\n")
    case("bundled/zero", model)
    model.set_circular()
    case("bundled/circular", model)


if __name__ == "__main__":
    main()
