"""Which encoders a run's folder offers."""

from __future__ import annotations

import os
from pathlib import Path

from uem_desktop.retrieval.run_checkpoints import encoders_of


def test_the_finished_encoder_first_then_the_last_epoch(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for age, name in enumerate(("cdsm-0002", "cdsm-0001", "idse-0010", "idse-0002")):
        path = folder / f"{name}.safetensors"
        path.write_bytes(b"")
        os.utime(path, (1000 - age, 1000 - age))
    (folder / "cdsm-0002.pt").write_bytes(b"")
    (folder / "cdsm-0002-step000010.pt").write_bytes(b"")
    assert [one.place for one in encoders_of(tmp_path).encoders] == [
        "CDSM, epoch 2",
        "CDSM, epoch 1",
        "IDSE, epoch 10",
        "IDSE, epoch 2",
    ]
    (tmp_path / "encoder.safetensors").write_bytes(b"")
    first = encoders_of(tmp_path).encoders[0]
    assert (first.place, first.path) == ("the whole run", tmp_path / "encoder.safetensors")


def test_a_folder_that_is_gone_offers_nothing(tmp_path: Path) -> None:
    assert encoders_of(tmp_path / "gone").encoders == ()
