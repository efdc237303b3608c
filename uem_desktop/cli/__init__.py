"""The command line ``uem``: the engine of the window without the window."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``uem`` with the arguments of this process and leave with its exit code."""
    from training.threads import prepare_torch

    prepare_torch()
    try:
        from uem_desktop.cli.shell import run

        code = run()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
