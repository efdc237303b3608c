"""Two small folders of real images with the worst names there are, and a project that decided."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from training.data.scanning import scan_folder
from training.progress import Progress
from training.resources import resource_path
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.held_decisions import HeldDecisions
from uem_desktop.retrieval.project import Project

EVIL_NAMES = (
    "=cmd|'calc'!A0.png",
    "-1+1.png",
    "@SUM(1).png",
    "'apostrophe.png",
    'quote " and <b>angle & amp.png',
    "line\nbreak\r and tab\t.png",
    "fox 🦊 ｆｕｌｌ, comma; semi.png",
    "back\\slash \\x41 \\\\.png",
    os.fsdecode(b"not-utf8-\xff\xfe\\.png"),
)


class ExportWorld:
    """A query folder `sketches` of `EVIL_NAMES`, a gallery folder `photos`, a project of both."""

    def __init__(self, root: Path, *, has_categories: bool = True) -> None:
        self.root = root
        self.sketches, self.photos = root / "sketches", root / "photos"
        self.path = root / "a.uem"
        for domain, folder in (("clipart", self.sketches), ("render", self.photos)):
            for category in ("bird", "tool"):
                source = sorted(resource_path("sample", domain, category).glob("*.png"))
                target = folder / category if has_categories else folder
                target.mkdir(parents=True, exist_ok=True)
                names = EVIL_NAMES[:5] if category == "bird" else EVIL_NAMES[5:]
                if folder == self.photos:
                    names = tuple(f"{category}-{number}.png" for number in range(4))
                for image, name in zip(source, names, strict=False):
                    shutil.copy(image, target / name)
        Project(self.sketches, self.photos, checkpoint="sample", top_k=3).save(self.path)
        self.query = embedded(self.sketches, "query", 1)
        self.gallery = embedded(self.photos, "gallery", 2)

    @property
    def queries(self) -> list[Path]:
        return [record.path for record in self.query.records]

    @property
    def matches(self) -> list[Path]:
        return [record.path for record in self.gallery.records]

    @contextmanager
    def deciding(self, reviewer: str = "ann") -> Iterator[DecisionJournal]:
        journal = DecisionJournal.open(self.path, (self.sketches, self.photos), reviewer)
        with contextlib.closing(journal):
            yield journal

    def held(self) -> HeldDecisions:
        with self.deciding() as journal:
            return HeldDecisions(journal.decisions())


def embedded(folder: Path, name: str, seed: int) -> DomainEmbeddings:
    """Return a folder with random embeddings."""
    domain = DomainEmbeddings(scan_folder(folder, name))
    count = len(domain.records)
    rows = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    domain.apply(EmbeddedChunk(np.arange(count), rows, (), Progress(count, count)))
    return domain
