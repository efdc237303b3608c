from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from uem_desktop.cli import doctor_checks, doctor_qt
from uem_desktop.cli.doctor_checks import Check
from uem_desktop.cli.system_libraries import describe_library

KEYS = ["group", "name", "ok", "essential", "detail", "remedy"]
EGL = describe_library("libEGL.so.1", "draw")
CURSOR = describe_library("libxcb-cursor.so.0", "x11")


@pytest.fixture
def lost_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "uem_desktop.cli.system_libraries.find_missing_libraries", lambda: (EGL, CURSOR)
    )
    monkeypatch.setattr(doctor_qt, "has_fonts", lambda: False)
    monkeypatch.setattr(doctor_qt, "check_by_running", lambda: iter(()))


def test_this_machine_works(uem: Any) -> None:
    outcome = uem("doctor", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    result = outcome.json
    assert list(result) == ["ok", "checks", "missing_packages"]
    assert result["ok"] is True
    assert all(list(check) == KEYS for check in result["checks"])
    checks = {(check["group"], check["name"]): check for check in result["checks"]}
    assert checks["System", "Python"]["ok"]
    assert checks["Weights", "Embedded encoder"]["ok"]
    assert checks["Weights", "Sample checkpoint"]["ok"]
    assert checks["Window", "Qt"]["detail"] == "starts and draws"
    assert checks["Devices", "cpu"]["detail"].startswith("CPU")
    assert checks["Image formats", "AVIF"]["ok"]
    assert {group for group, _ in checks} == {
        *("System", "Packages", "Weights", "Image formats", "Folders", "Window", "Devices"),
    }


def test_a_package_that_two_pythons_want_differently_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = ["numpy>=1; python_version < '3.12'", "numpy>=2; python_version >= '3.12'", "click"]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: wanted)
    names = [check.name for check in doctor_checks.check_packages()]
    assert names == ["numpy", "click"]


@pytest.mark.usefixtures("lost_libraries")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
def test_missing_libraries_are_named_with_their_packages(uem: Any) -> None:
    assert uem("doctor", "--apt").out == "fonts-dejavu-core libegl1 libxcb-cursor0\n"
    assert uem("doctor", "--apt").code == 0
    outcome = uem("doctor")
    assert outcome.code == 1
    assert "✗ libEGL.so.1" in outcome.out
    assert "sudo apt-get install fonts-dejavu-core libegl1 libxcb-cursor0\n" in outcome.out
    assert outcome.out.endswith("Something essential is missing.\n")
    packages = uem("doctor", "--json").json["missing_packages"]
    assert packages["fedora"] == ["libglvnd-egl", "xcb-util-cursor"]


def test_nothing_missing_prints_no_package(uem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uem_desktop.cli.system_libraries.find_missing_libraries", lambda: ())
    monkeypatch.setattr(doctor_qt, "has_fonts", lambda: True)
    outcome = uem("doctor", "--apt")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
def test_x11_libraries_matter_where_x11_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_x11 in (True, False):
        monkeypatch.setattr(doctor_qt, "has_x11", lambda variables, answer=is_x11: answer)
        monkeypatch.setattr(doctor_qt, "has_wayland", lambda variables: False)
        (check,) = [one for one in doctor_qt.check_libraries([CURSOR]) if one.name != "Fonts"]
        assert check.is_essential is is_x11
        assert not check.is_ok


@pytest.mark.usefixtures("lost_libraries")
def test_a_check_that_breaks_is_a_line_of_its_own(
    uem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        yield Check("Weights", "First", True, False, "fine")
        raise ImportError("No module named 'numpy'")

    monkeypatch.setattr(doctor_checks, "check_weights", broken)
    outcome = uem("doctor")
    assert outcome.code == 1
    assert "First" in outcome.out
    assert "cannot be checked: ImportError: No module named 'numpy'" in outcome.out


def test_a_child_that_fails_says_why() -> None:
    child = doctor_qt.start_child("raise RuntimeError('no driver')")
    assert doctor_qt.finish(child) == (1, "", "RuntimeError: no driver")


def test_folders_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("UEM_CACHE_DIR", str(tmp_path / "file" / "cache"))
    store, settings = doctor_checks.check_folders()
    assert not store.is_ok
    assert "UEM_CACHE_DIR" in store.remedy
    assert settings.is_ok
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_little_room_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "_LOW_DISK_BYTES", 10**18)
    assert not any(check.is_ok for check in doctor_checks.check_folders())


def test_an_installation_without_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.errors import UserError

    def lost(spec: str) -> None:
        raise UserError(f"The weights of {spec} are not there.")

    monkeypatch.setattr("training.checkpoint_info.inspect_checkpoint", lost)
    checks = list(doctor_checks.check_weights())
    assert [check.is_essential and not check.is_ok for check in checks] == [True, True]


def test_weights_that_were_exchanged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from training.encoders.weight_sources import embedded_weights

    exchanged = tmp_path / "exchanged.safetensors"
    content = bytearray(embedded_weights().read_bytes())
    content[-1] ^= 1
    exchanged.write_bytes(content)
    monkeypatch.setattr("training.encoders.weight_sources.embedded_weights", lambda: exchanged)
    embedded, sample = doctor_checks.check_weights()
    assert embedded.is_ok
    assert not sample.is_ok
    assert sample.is_essential
    assert "needs an embedded encoder" in sample.detail
