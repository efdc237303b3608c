from __future__ import annotations

import math

import pytest
import torch

from training.prototypes.concentration import concentrations
from training.prototypes.kmeans import Clustering


def test_each_cluster_has_its_own_and_a_lone_image_the_least() -> None:
    rows = torch.tensor([[0.0, 0.0], [6.0, 8.0], [0.0, 20.0], [5.0, 5.0], [1.0, 1.0], [1.0, 1.0]])
    centres = torch.tensor([[0.0, 0.0], [50.0, 5.0], [1.0, 1.0], [9.0, 9.0]])
    assignment = torch.tensor([0, 0, 0, 1, 2, 2])
    found = concentrations(rows, Clustering(centres, assignment, 0.0))
    assert found.tolist() == pytest.approx([30 / (3 * math.log(13)), 0.05, 0.05, 0.05])
