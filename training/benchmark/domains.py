"""The domains of a benchmark: read once, looked at once, cut for each training."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from training.benchmark.plan import BenchmarkPlan, Training
from training.data.data_roots import DataRoot
from training.data.random_streams import stream
from training.data.records import DecodeFailure
from training.data.scenarios import Scenario, restricted
from training.data.training_images import TrainingImages
from training.domain_features import DomainFeatures, FeatureWork, reporter
from training.methods.method_names import method_named

_KEPT_BYTES = 3 * 2**30
"""Features of so many bytes stay in memory between two trainings."""

_HELD_OUT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class CutDomain:
    """One domain as one training has it.

    Attributes:
        learning: The images that are learned from.
        measured: The images that ask or are searched: the same, or those held out.
    """

    learning: DomainFeatures
    measured: DomainFeatures


class BenchmarkDomains:
    """Images and features of all domains, read when they are first needed.

    Attributes:
        fingerprints: By domain, of the images that were read, whatever their categories.
    """

    def __init__(
        self, root: DataRoot, wanted: dict[str, frozenset[str]], work: FeatureWork
    ) -> None:
        """Take what reading needs.

        Args:
            root: The data set.
            wanted: Categories to look at, by domain.
            work: What computes features.
        """
        self._root = root
        self._wanted = wanted
        self._work = work
        self.fingerprints: dict[str, str] = {}
        self._images: dict[str, TrainingImages] = {}
        self._skipped: dict[str, tuple[DecodeFailure, ...]] = {}
        self._features: OrderedDict[str, DomainFeatures] = OrderedDict()

    def read_all(self) -> None:
        """Read every domain that is wanted, so that what looks wrong is known."""
        for name in self._wanted:
            self.images(name)

    def look_through(self, *, with_phases: bool) -> None:
        """Compute features of every domain that is wanted, for other processes; keep none."""
        for name in self._wanted:
            self.features(name, with_phases=with_phases)
            self._features.clear()

    def skipped(self, name: str) -> tuple[DecodeFailure, ...]:
        """Return the files of a domain that cannot be used, as far as is known by now."""
        return self._skipped.get(name, ())

    def images(self, name: str) -> TrainingImages:
        """Return the images of a domain in the categories that are wanted."""
        if name not in self._images:
            read = self._root.domain_images(
                name,
                should_stop=self._work.should_stop,
                on_progress=reporter(f"Reading {name}", self._work.report),
            )
            self.fingerprints[name] = read.fingerprint
            self._images[name] = restricted(read, self._wanted[name])
            self._skipped[name] = self._images[name].failures
        return self._images[name]

    def features(self, name: str, *, with_phases: bool) -> DomainFeatures:
        """Return what is seen in the images of a domain; kept in memory while there is room."""
        found = self._features.pop(name, None)
        if found is None or (with_phases and found.phases is None):
            found = self._work.of(self.images(name), name, with_phases=with_phases)
            self._skipped[name] = found.images.failures
        self._features[name] = found
        while len(self._features) > 2 and self._kept_bytes() > _KEPT_BYTES:
            self._features.popitem(last=False)
        return found

    def cut(self, plan: BenchmarkPlan, training: Training, scenario: Scenario) -> list[CutDomain]:
        """Return domain A and domain B of one training.

        Raises:
            UserError: In one sentence, what is wrong with the images.
            Cancelled: Somebody wants to stop.
        """
        with_phases = method_named(training.method).needs_phases
        sides = (
            (training.domain_a, scenario.query_categories),
            (training.domain_b, scenario.gallery_categories),
        )
        found = []
        for name, categories in sides:
            domain = self.features(name, with_phases=with_phases)
            if not with_phases:
                domain = domain.without_phases()
            images = restricted(domain.images, categories)
            if not plan.heldout:
                cut = domain.only(images)
                found.append(CutDomain(cut, cut))
                continue
            learning, measured = held_out_split(images, training.seed)
            found.append(CutDomain(domain.only(learning), domain.only(measured)))
        return found

    def _kept_bytes(self) -> int:
        return sum(one.byte_count for one in self._features.values())


def held_out_split(images: TrainingImages, seed: int) -> tuple[TrainingImages, TrainingImages]:
    """Split a domain into four fifths that are learned from and a fifth that is measured (G18).

    Each category is split by itself, at least one image of two or more being held out. Which ones
    depends on the seed and on what is in the images.

    Args:
        images: The domain; every image has a category.
        seed: Of the split.
    """
    rows_of: dict[str | None, list[int]] = {}
    for row, record in enumerate(images.records):
        rows_of.setdefault(record.category, []).append(row)
    held_out: set[int] = set()
    for rows in rows_of.values():
        drawn = sorted(rows, key=lambda row: stream(seed, "heldout", images.digests[row]).random())
        count = max(1, round(_HELD_OUT_SHARE * len(rows))) if len(rows) > 1 else 0
        held_out.update(drawn[:count])
    inside = [row for row in range(len(images)) if row not in held_out]
    return _rows_of(images, inside), _rows_of(images, sorted(held_out))


def _rows_of(images: TrainingImages, rows: list[int]) -> TrainingImages:
    return replace(
        images,
        records=tuple(images.records[row] for row in rows),
        digests=tuple(images.digests[row] for row in rows),
    )
