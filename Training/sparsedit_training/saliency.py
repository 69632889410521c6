"""Networks that find a picture's subject: U2-Net (Qin et al. 2020, arXiv 2005.09007) and IS-Net (Qin et al. 2022,
arXiv 2203.03041), of any width, with the names of their published weights."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class StageShape:
    """Channels of one RSU block; `height` counts its resolutions, 0 stands for four dilations at one resolution."""

    height: int
    inputs: int
    middle: int
    outputs: int


def enlarged(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


class REBNCONV(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1):
        super().__init__()
        self.conv_s1 = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn_s1(self.conv_s1(x)))


class RSU(nn.Module):
    """A small U-Net with a residual: RSU-7 to RSU-4, and RSU-4F where the height is 0."""

    def __init__(self, shape: StageShape):
        super().__init__()
        middle = shape.middle
        self.flat = shape.height == 0
        self.count = count = shape.height or 4
        self.rebnconvin = REBNCONV(shape.inputs, shape.outputs)
        for index in range(1, count + 1):
            dilation = 2 ** (index - 1) if self.flat else 2 if index == count else 1
            inputs = shape.outputs if index == 1 else middle
            self.add_module(f"rebnconv{index}", REBNCONV(inputs, middle, dilation))
        for index in range(count - 1, 0, -1):
            dilation = 2 ** (index - 1) if self.flat else 1
            outputs = shape.outputs if index == 1 else middle
            self.add_module(f"rebnconv{index}d", REBNCONV(2 * middle, outputs, dilation))

    def forward(self, x: Tensor) -> Tensor:
        x = start = self.rebnconvin(x)
        kept = []
        for index in range(1, self.count):
            if index > 1 and not self.flat:
                x = F.max_pool2d(x, 2, 2, ceil_mode=True)
            x = self.get_submodule(f"rebnconv{index}")(x)
            kept.append(x)
        x = self.get_submodule(f"rebnconv{self.count}")(x)
        for index in range(self.count - 1, 0, -1):
            beside = kept[index - 1]
            if not self.flat and index < self.count - 1:
                x = enlarged(x, beside)
            x = self.get_submodule(f"rebnconv{index}d")(torch.cat((x, beside), 1))
        return x + start


HEIGHTS = [7, 6, 5, 4, 0, 0]


class NestedUNet(nn.Module):
    """Six RSU stages down, five up, and a map from each stage of the way up: what U2-Net and IS-Net share.

    first: channels that the first stage is given; middles and outputs: of the six stages down; middles_up and
    outputs_up: of stages 1 to 5 on the way up.
    """

    def __init__(
        self,
        first: int,
        middles: list[int],
        outputs: list[int],
        middles_up: list[int],
        outputs_up: list[int],
    ):
        super().__init__()
        for index, height in enumerate(HEIGHTS):
            inputs = first if index == 0 else outputs[index - 1]
            shape = StageShape(height, inputs, middles[index], outputs[index])
            self.add_module(f"stage{index + 1}", RSU(shape))
        above = outputs[5]
        for index in range(4, -1, -1):
            shape = StageShape(HEIGHTS[index], above + outputs[index], middles_up[index], outputs_up[index])
            self.add_module(f"stage{index + 1}d", RSU(shape))
            above = outputs_up[index]
        for index, channels in enumerate([*outputs_up, outputs[5]]):
            self.add_module(f"side{index + 1}", nn.Conv2d(channels, 1, 3, padding=1))

    def maps(self, x: Tensor) -> list[Tensor]:
        """The six maps before the sigmoid, at their own resolutions, finest first."""
        kept = []
        for index in range(1, 7):
            x = self.get_submodule(f"stage{index}")(x)
            kept.append(x)
            if index < 6:
                x = F.max_pool2d(x, 2, 2, ceil_mode=True)
        up = [x]
        for index in range(5, 0, -1):
            beside = kept[index - 1]
            x = self.get_submodule(f"stage{index}d")(torch.cat((enlarged(x, beside), beside), 1))
            up.append(x)
        return [self.get_submodule(f"side{index}")(x) for index, x in enumerate(reversed(up), 1)]


class U2Net(NestedUNet):
    """(B, 3, H, W), normalised, to the seven maps (B, 1, H, W) in 0..1, the fused one first."""

    def __init__(self, middles, outputs, middles_up, outputs_up):
        super().__init__(3, middles, outputs, middles_up, outputs_up)
        self.outconv = nn.Conv2d(6, 1, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        first, *others = self.maps(x)
        maps = [first, *(enlarged(one, first) for one in others)]
        return [torch.sigmoid(one) for one in (self.outconv(torch.cat(maps, 1)), *maps)]


class ISNet(NestedUNet):
    """(B, 3, H, W), normalised, to six maps before the sigmoid, the first (finest) at half of H and W."""

    def __init__(self, first, middles, outputs, middles_up, outputs_up):
        super().__init__(first, middles, outputs, middles_up, outputs_up)
        self.conv_in = nn.Conv2d(3, first, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> list[Tensor]:
        return self.maps(self.conv_in(x))
