"""Methods by name."""

from __future__ import annotations

from training.config import TrainConfig
from training.learners.learner import Learner
from training.methods.method import Method
from training.methods.method_names import check_method
from training.methods.uem import Uem


def build_method(config: TrainConfig, learner: Learner) -> Method:
    """Return the method that the settings name, ready for its first stage.

    Raises:
        UserError: If there is none of this name.
    """
    check_method(config.run.method)
    return Uem(config, learner)
