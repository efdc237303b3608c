from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from training.checkpoint_info import inspect_checkpoint
from training.errors import UserError
from training.resources import resource_path

WEIGHTS = resource_path("weights", "efficientnet_lite0.safetensors")
SAMPLE = resource_path("checkpoints", "sample.safetensors")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_fingerprint_of_a_whole_checkpoint_is_that_of_its_file() -> None:
    info = inspect_checkpoint("pretrained")
    assert info.fingerprint == sha256(WEIGHTS.read_bytes())
    assert info.title == "EfficientNet-Lite0, ImageNet"
    assert inspect_checkpoint(WEIGHTS).fingerprint == info.fingerprint


def test_the_fingerprint_of_a_head_includes_its_backbone() -> None:
    both = f"{sha256(SAMPLE.read_bytes())} {sha256(WEIGHTS.read_bytes())}"
    by_name, by_path = inspect_checkpoint("sample"), inspect_checkpoint(SAMPLE)
    assert by_name.fingerprint == by_path.fingerprint == sha256(both.encode())
    assert by_name.title == by_path.title
    assert "UEM+" in by_name.title


def test_a_spec_is_valid_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.safetensors").write_bytes(SAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)
    spec = inspect_checkpoint("here.safetensors").spec
    monkeypatch.chdir("/")
    assert inspect_checkpoint(spec) == inspect_checkpoint(tmp_path / "here.safetensors")


def test_torch_stays_outside() -> None:
    code = (
        "import sys; from training.checkpoint_info import inspect_checkpoint as i; "
        "i('sample'); i('pretrained'); print([m for m in ('torch', 'safetensors') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def tensor(**changes: object) -> dict[str, object]:
    return {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | changes


def safetensors_bytes(header: object = None, data: bytes = bytes(4), *, text: bytes = b"") -> bytes:
    text = text or json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


BROKEN = {
    "empty.pth": (b"", "is an empty file"),
    "page.pth": (b"\n<!DOCTYPE html><html>", "is a web page"),
    "pointer.safetensors": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
    "notes.pth": (b"just some words", "neither safetensors nor"),
    "words.safetensors": (b"just some words that are long enough", "damaged"),
    "stub.safetensors": (b"\x10\x00", "cut off before its end"),
    "header.safetensors": (WEIGHTS.read_bytes()[:3000], "cut off before its end"),
    "data.safetensors": (WEIGHTS.read_bytes()[:-1], "cut off before its end"),
    "list.safetensors": (safetensors_bytes([1, 2]), "damaged"),
    "shapes.safetensors": (safetensors_bytes({"a": {"dtype": "F32"}}), "damaged"),
    "deep.safetensors": (safetensors_bytes(text=b'{"a": ' + b"[" * 100_000), "damaged"),
    "metadata.safetensors": (safetensors_bytes({"__metadata__": ["format", "pt"]}), "damaged"),
    "numbers.safetensors": (safetensors_bytes({"__metadata__": {"format": 1}}), "damaged"),
    "places.safetensors": (safetensors_bytes({"a": tensor(data_offsets=["0", "4"])}), "damaged"),
    "sizes.safetensors": (safetensors_bytes({"a": tensor(shape=["1"])}), "damaged"),
    "archive.pth": (b"PK\x03\x04" + b"\x00" * 400, "cut off before its end or damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_one_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    from training.checkpoint import load_encoder

    for function in (inspect_checkpoint, load_encoder):
        with pytest.raises(UserError, match=sentence) as complaint:
            function(tmp_path / name)
        assert "\n" not in str(complaint.value)
        assert name in str(complaint.value)


def test_a_missing_file_and_a_folder_get_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"There is no checkpoint .*nothing\.pth"):
        inspect_checkpoint(tmp_path / "nothing.pth")
    with pytest.raises(UserError, match="is a folder"):
        inspect_checkpoint(tmp_path)
