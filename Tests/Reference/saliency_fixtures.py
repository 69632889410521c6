"""Writes the fixtures of SaliencyTests: tiny U2-Net and IS-Net with random weights.

    python3 Tests/Reference/saliency_fixtures.py

Needs torch, onnx and safetensors. The networks are those of `Training/`. The U2-Net is stored as training leaves it,
norms apart; the IS-Net as an ONNX file whose exporter folded the norms and renamed what was left, in which the coarser
maps, which nothing depends on, are not.
"""

import sys
import warnings
from pathlib import Path

import onnx
import torch
from safetensors.torch import save_file

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "Training"))

from sparsedit_training.saliency import ISNet, U2Net, enlarged  # noqa: E402

FOLDER = ROOT / "Tests/SaliencyTests/Fixtures"
# Odd sides: the last block of every halving is cut.
SIZE = (37, 50)


def randomize(model: torch.nn.Module) -> None:
    """Weights and statistics that leave no branch at zero and keep signals near one."""
    for name, value in model.state_dict().items():
        if value.ndim > 1:
            torch.nn.init.normal_(value, std=(2 / value[0].numel()) ** 0.5)
        elif name.endswith("running_var") or name.endswith("bn_s1.weight"):
            torch.nn.init.uniform_(value, 0.5, 1.5)
        elif value.is_floating_point():
            torch.nn.init.normal_(value, std=0.3)


class Finest(torch.nn.Module):
    """An IS-Net of which only the finest map is asked for, at the picture's size."""

    def __init__(self, model: ISNet):
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(enlarged(self.model(x)[0], x))


def shorten(path: Path) -> None:
    """Takes away the names of operations and numbers their results: half of such a small file."""
    model = onnx.load(path)
    short = {name: f"v{i}" for i, name in enumerate(o for node in model.graph.node for o in node.output)}
    for node in model.graph.node:
        node.name = ""
        node.input[:] = [short.get(name, name) for name in node.input]
        node.output[:] = [short[name] for name in node.output]
    for result in model.graph.output:
        result.name = short[result.name]
    onnx.checker.check_model(model)
    onnx.save(model, path)


@torch.no_grad()
def main() -> None:
    torch.manual_seed(3)
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = torch.randn(1, 3, *SIZE)
    u2net = U2Net([2, 3, 2, 2, 3, 2], [4, 3, 5, 4, 3, 4], [2, 2, 3, 2, 2], [3, 4, 3, 4, 3]).eval()
    randomize(u2net)
    save_file(u2net.state_dict(), FOLDER / "u2net.safetensors")
    isnet = Finest(ISNet(4, [2, 2, 3, 2, 2, 3], [3, 4, 4, 3, 5, 3], [3, 2, 2, 2, 3], [4, 3, 3, 4, 3])).eval()
    randomize(isnet)
    warnings.filterwarnings("ignore")
    torch.onnx.export(isnet, (picture,), str(FOLDER / "isnet.onnx"), dynamo=False, opset_version=11)
    shorten(FOLDER / "isnet.onnx")
    cases = {
        "picture": picture[0].permute(1, 2, 0).contiguous(),
        "u2net": u2net(picture)[0][0, 0].contiguous(),
        "isnet": isnet(picture)[0, 0].contiguous(),
    }
    save_file(cases, FOLDER / "cases.safetensors")


if __name__ == "__main__":
    main()
