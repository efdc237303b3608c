"""A report as PDF: drawn in a process of its own, which may load Qt and needs no display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from training.errors import Cancelled, UserError
from uem_desktop.retrieval.export_work import Work

_DRAW = [sys.executable, "-m", "uem_desktop.widgets.report_file"]
_LOOK_EVERY_S = 0.05


def write_pdf(path: Path, content: dict[str, Any], work: Work) -> None:
    """Draw the pages of a report.

    Args:
        path: The file, which is not there yet.
        content: What `report_content` returns.
        work: Asked whether to stop.

    Raises:
        Cancelled: A stop was wanted; nothing is left of the file.
        UserError: It could not be drawn, and why.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as wish:
        json.dump({"path": os.fspath(path), "content": content}, wish)
        wish.seek(0)
        process = subprocess.Popen(
            _DRAW,
            stdin=wish,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
        )
        complaint = _complaint_of(process, work)
    if process.returncode:
        lines = [line.strip() for line in complaint.splitlines() if line.strip()]
        reason = lines[-1] if lines else f"exit code {process.returncode}"
        raise UserError(
            f"The PDF could not be drawn ({reason}); 'uem doctor' says what is missing, and HTML"
            " needs nothing."
        )


def _complaint_of(process: subprocess.Popen[str], work: Work) -> str:
    """Wait for the end, and return what the process said on standard error.

    Raises:
        Cancelled: A stop was wanted; the process has ended.
    """
    while True:
        try:
            return process.communicate(timeout=_LOOK_EVERY_S)[1]
        except subprocess.TimeoutExpired:
            if work.is_stopped():
                process.kill()
                process.communicate()
                raise Cancelled from None
