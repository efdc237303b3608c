from __future__ import annotations

import pytest
import torch

from training.encoders.projector import Projector, moco_v2_projector, projector_shapes
from training.errors import UserError


def test_none_changes_nothing() -> None:
    features = torch.randn(2, 5)
    projector = Projector("none", (5,))
    assert torch.equal(projector(features), features)
    assert projector.dimension == 5


def test_mlp_is_that_of_moco_v2() -> None:
    projector = moco_v2_projector(2048)
    shapes = {name: tuple(value.shape) for name, value in projector.state_dict().items()}
    assert shapes == {
        "0.weight": (2048, 2048),
        "0.bias": (2048,),
        "2.weight": (128, 2048),
        "2.bias": (128,),
    }
    small = Projector("mlp", (3, 4, 2))
    x = torch.randn(6, 3)
    hidden = (x @ small[0].weight.T + small[0].bias).clamp(min=0)
    assert torch.allclose(small(x), hidden @ small[2].weight.T + small[2].bias, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "sizes"), [("none", (3,)), ("linear", (3, 2)), ("mlp", (3, 4, 2))]
)
def test_shapes_are_known_before_the_projector_is_made(kind: str, sizes: tuple[int, ...]) -> None:
    made = Projector(kind, sizes).state_dict()
    assert projector_shapes(kind, sizes) == {name: tuple(v.shape) for name, v in made.items()}


@pytest.mark.parametrize(("kind", "sizes"), [("linear", (3,)), ("cosine", (3, 2)), ("none", ())])
def test_a_kind_that_does_not_exist_is_refused(kind: str, sizes: tuple[int, ...]) -> None:
    with pytest.raises(UserError, match="projector of kind"):
        Projector(kind, sizes)
