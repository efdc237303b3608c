"""A faster copy of a backbone for inference: normalisations folded into convolutions."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TypeVar

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

ModuleT = TypeVar("ModuleT", bound=nn.Module)


def fused_copy(module: ModuleT) -> ModuleT:
    """Return a copy in eval mode in which every pair of convolution and normalisation is one layer.

    A pair is a convolution that is followed by a batch normalisation of as many channels in the
    order of declaration, which is how the backbones of this package and of torchvision are written.
    The outputs differ by rounding only.
    """
    fused = copy.deepcopy(module).eval().requires_grad_(False)
    for parent in list(fused.modules()):
        children = list(parent.named_children())
        for (conv_name, conv), (norm_name, norm) in pairwise(children):
            if (
                isinstance(conv, nn.Conv2d)
                and type(norm) is nn.BatchNorm2d
                and conv.out_channels == norm.num_features
            ):
                setattr(parent, conv_name, fuse_conv_bn_eval(conv, norm))
                setattr(parent, norm_name, nn.Identity())
    return fused


def state_stamp(module: nn.Module) -> tuple[tuple[int, int], ...]:
    """Return a value that changes whenever a weight of the module is changed, moved or replaced."""
    tensors: list[torch.Tensor] = [*module.parameters(), *module.buffers()]
    return tuple((tensor.data_ptr(), tensor._version) for tensor in tensors)
