"""Methods by name."""

from __future__ import annotations

from collections.abc import Callable

from training.config import TrainConfig
from training.config_files import updated
from training.errors import UserError
from training.learners.learner import Learner
from training.methods.cds import Cds
from training.methods.centred import Centred
from training.methods.coda import Coda
from training.methods.dann import Dann
from training.methods.darling import Darling
from training.methods.dgdir import Dgdir
from training.methods.dn2a import Dn2a
from training.methods.frozen import Frozen
from training.methods.ince import Ince
from training.methods.method import Method
from training.methods.method_names import check_decisions, method_named
from training.methods.pair_links import PairLinks
from training.methods.pcs import Pcs
from training.methods.protoot import ProtoOt
from training.methods.smoothed import Smoothed
from training.methods.ucdir import Ucdir
from training.methods.uem import Uem
from training.methods.uem_plus import UemPlus

_LINKED: dict[str, Callable[[TrainConfig, Learner, PairLinks | None], Method]] = {
    "uem": Uem,
    "uem+": UemPlus,
}
_METHODS: dict[str, Callable[[TrainConfig, Learner], Method]] = {
    "frozen": Frozen,
    "centred": Centred,
    "smoothed": Smoothed,
    "ince": Ince,
    "dann": Dann,
    "cds": Cds,
    "pcs": Pcs,
    "darling": Darling,
    "dn2a": Dn2a,
    "ucdir": Ucdir,
    "coda": Coda,
    "dgdir": Dgdir,
    "protoot": ProtoOt,
}


def build_method(config: TrainConfig, learner: Learner, links: PairLinks | None = None) -> Method:
    """Return the method that the settings name, ready for its first stage.

    Args:
        config: The settings.
        learner: What learns.
        links: Accepted and rejected pairs, for methods that use them.

    Raises:
        UserError: If there is none of this name, it cannot use links, or lacks those it is to use.
    """
    method = method_named(config.run.method)
    if links is not None:
        check_decisions(config)
    elif config.run.use_decisions:
        raise UserError("use_decisions is on, but no decisions are given; 'uem train' takes them.")
    if method.switched_off:
        return Uem(updated(config, {"uem": {method.switched_off: False}}), learner, links)
    if method.name in _LINKED:
        return _LINKED[method.name](config, learner, links)
    return _METHODS[method.name](config, learner)
