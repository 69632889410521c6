"""Writes the fixtures of CheckpointsTests for files that `torch.save` wrote.

    python3 Tests/Reference/pytorch_fixtures.py

Needs torch and safetensors. Each `.pth` holds the same tensors in another form; `expected.safetensors` holds their
values as float32.
"""

from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent.parent / "CheckpointsTests/Fixtures/pytorch"


def main() -> None:
    torch.manual_seed(2)
    FOLDER.mkdir(parents=True, exist_ok=True)
    base = torch.randn(4, 3, 3, 3)
    shared = torch.randn(30)
    tensors = OrderedDict(
        {
            "plain.weight": base,
            "half": torch.randn(5, 2).half(),
            "brain": torch.randn(3).bfloat16(),
            "transposed": torch.randn(3, 5).t(),
            "strided": torch.randn(6, 7)[1::2, ::3],
            "first": shared[:12].view(3, 4),
            "second": shared[10:],
            "channels_last": torch.randn(1, 2, 3, 4).to(memory_format=torch.channels_last),
            "scalar": torch.tensor(2.5),
            "empty": torch.zeros(0, 3),
        }
    )
    save_file({name: value.float().contiguous().clone() for name, value in tensors.items()}, FOLDER / "expected.safetensors")
    torch.save(tensors, FOLDER / "plain.pth")
    worse = OrderedDict((name, value + 1) for name, value in tensors.items())
    torch.save({"params": worse, "params_ema": tensors}, FOLDER / "nested.pth")
    parameters = {name: torch.nn.Parameter(value) for name, value in tensors.items()}
    state = {"epoch": 7, "rate": 0.5, "steps": torch.arange(3), "state_dict": parameters}
    torch.save(state, FOLDER / "training.pth", pickle_protocol=4)
    # What Module.state_dict answers: an ordered dictionary with an attribute.
    model = torch.nn.Conv2d(3, 4, 3, bias=False)
    model.weight.data.copy_(base)
    torch.save(model.state_dict(), FOLDER / "module.pth")
    torch.save(tensors, FOLDER / "legacy.pth", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
