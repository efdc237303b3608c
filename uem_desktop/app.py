"""`uem-desktop`: reads the command line, wires the window together and runs it."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from training.errors import UserError
from uem_desktop import __version__

if TYPE_CHECKING:
    from uem_desktop.main_window import MainWindow
    from uem_desktop.pages.explorer_state import ExplorerState
    from uem_desktop.retrieval.start_request import StartRequest

_SWITCH_INTERVAL_S = 0.0005
_LOG_BYTES = 500_000
_GARBAGE_THRESHOLD = 50_000
"""New objects between two looks for garbage."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        text = message[:1].upper() + message[1:].rstrip(".")
        raise UserError(f"{text}; 'uem-desktop --help' lists the options.")


def _path(text: str) -> Path:
    from uem_desktop.retrieval.given_path import given_path

    try:
        return given_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _checkpoint(text: str) -> str:
    from uem_desktop.retrieval.given_path import given_checkpoint

    try:
        return given_checkpoint(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = _Parser(
        prog="uem-desktop", description="Explore cross-domain matches between two image folders."
    )
    parser.add_argument("paths", nargs="*", type=_path, metavar="PATH", help=(
        "folders (query domain, then gallery domain), query images, a checkpoint or a project"
    ))  # fmt: skip
    parser.add_argument("--query", type=_path, metavar="DIR", help="folder of the query domain")
    parser.add_argument("--gallery", type=_path, metavar="DIR", help="folder of the gallery domain")
    parser.add_argument("--checkpoint", type=_checkpoint, metavar="FILE", help=(
        "checkpoint file or name"
    ))  # fmt: skip
    parser.add_argument("--device", default="auto", help="auto, cuda, mps, xpu or cpu")
    parser.add_argument("--project", type=_path, metavar="FILE", help="open a project")
    parser.add_argument("--demo", action="store_true", help="open the sample collection")
    parser.add_argument("--snapshot", type=_path, metavar="PNG", help=(
        "save a picture of the window once everything is shown, then end"
    ))  # fmt: skip
    parser.add_argument("--tour", type=_path, metavar="JSON", help=(
        "do what a person does, write how long each step took, then end; see 'uem bench explorer'"
    ))  # fmt: skip
    parser.add_argument("--tour-limit", type=float, default=60.0, metavar="SECONDS", help=(
        "how long a step of the tour may take"
    ))  # fmt: skip
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="colours")
    parser.add_argument("--version", action="version", version=f"uem-desktop {__version__}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the application.

    Returns:
        The exit code: 2 after an error that a person can mend.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    make_all_qt_types_at_once()
    try:
        options = make_parser().parse_args(arguments)
        return _run(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


def make_all_qt_types_at_once() -> None:
    """Let PySide make its types when it is imported, not each when it is first asked for.

    Two threads that ask at once for a type that is not there yet crash (PySide 6.11: a worker that
    imports pyqtgraph while the window draws).
    """
    os.environ.setdefault("PYSIDE6_OPTION_LAZY", "0")


def _run(options: argparse.Namespace) -> int:
    _check_display()
    from PySide6.QtCore import QTimer, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from uem_desktop.jobs.runner import JobRunner
    from uem_desktop.main_window import MainWindow
    from uem_desktop.pages.explorer_state import ExplorerState
    from uem_desktop.pages.snapshot import Snapshot
    from uem_desktop.pages.window_settings import WindowSettings
    from uem_desktop.retrieval.encoder_process import EncoderProcess
    from uem_desktop.widgets.icons import application_icon
    from uem_desktop.widgets.theme import apply_theme

    request = _start_request(options)
    qInstallMessageHandler(_log_qt_message)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _log_to_file()
    QApplication.setApplicationName("uem-desktop")
    QApplication.setApplicationDisplayName("")
    QApplication.setDesktopFileName("uem-desktop")
    app = QApplication(sys.argv[:1])
    app.setWindowIcon(application_icon())
    settings = WindowSettings()
    theme = apply_theme(app, options.theme or settings.scheme)
    runner = JobRunner()
    state = ExplorerState(runner, EncoderProcess)
    state.loader.device = options.device
    window = MainWindow(state, runner, theme, settings)
    snapshot = Snapshot(window, options.snapshot, app) if options.snapshot else None
    window.show()
    _spare_the_garbage_collector(state)
    if os.environ.get("UEM_TIMING"):
        QTimer.singleShot(0, _say_shown)
    _open_what_is_asked(window, options, request)
    code = app.exec()
    window.close()
    return snapshot.exit_code if snapshot else code


def _open_what_is_asked(
    window: MainWindow, options: argparse.Namespace, request: StartRequest | None
) -> None:
    """Open it as soon as the window is shown."""
    from PySide6.QtCore import QTimer

    from uem_desktop.pages.timed_tour import TimedTour

    if options.tour and request is not None:
        TimedTour(window, request, options.tour, options.tour_limit, window)
    elif options.demo:
        QTimer.singleShot(0, window.opener.open_sample)
    elif request is not None:
        QTimer.singleShot(0, lambda: window.opener.open_request(request))


def _start_request(options: argparse.Namespace) -> StartRequest:
    """Merge options and bare paths; bad ones are refused before a window opens."""
    from uem_desktop.retrieval.start_request import check_request, sort_paths

    request = sort_paths(options.paths)
    folders = [folder for folder in (request.query_folder, request.gallery_folder) if folder]
    query, gallery = options.query, options.gallery
    for folder in folders:
        if query is None:
            query = folder
        elif gallery is None:
            gallery = folder
        else:
            raise UserError("Give two folders at most: the query domain and the gallery domain.")
    request = replace(
        request,
        query_folder=query.expanduser().absolute() if query else None,
        gallery_folder=gallery.expanduser().absolute() if gallery else None,
        checkpoint=options.checkpoint or request.checkpoint,
        project=options.project or request.project,
    )
    check_request(request)
    return request


def _check_display() -> None:
    """Refuse in one sentence where Qt would abort."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(
            "There is no display to open a window on; 'uem demo' and 'uem search' work without one."
        )


def _log_to_file() -> None:
    """Keep what goes wrong in a small file, where that can be written."""
    from uem_desktop.retrieval.app_folders import config_dir

    try:
        config_dir().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            config_dir() / "uem-desktop.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("uem_desktop")
    logger.addHandler(handler)
    logger.propagate = False


def _log_qt_message(_kind: object, _context: object, message: str) -> None:
    logging.getLogger("uem_desktop.qt").warning(message)


def _spare_the_garbage_collector(state: ExplorerState) -> None:
    """Keep it from going through every record of large folders again and again.

    With 200,000 images it held up the window for half a second at a time. What is in use when the
    window or a folder has come is left out of its rounds; it still goes when nobody holds it.
    """
    gc.set_threshold(_GARBAGE_THRESHOLD)
    gc.freeze()
    state.loader.domain_scanned.connect(lambda _side: gc.freeze())


def _say_shown() -> None:
    print(f"window shown at {time.time():.3f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
