"""``python -m training RUN [--resume]``: train in a process of its own.

Standard output gives one event a line. Standard input takes one JSON object a line::

    {"command": "pause"}   {"command": "continue"}   {"command": "stop"}
    {"command": "pin", "queries": [{"domain": "a", "path": "…"}]}

Its end means stop. The exit code is 0 when the run finished or was stopped, 2 when it failed for a
reason that a person can mend; the last line of standard error is that reason then.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path
from typing import TextIO

from training.control import PinnedQuery, TrainingControl
from training.errors import UserError
from training.events import Event, event_line
from training.run_folder import RunFolder
from training.threads import give_way, prepare_torch


def main() -> int:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training")
    parser.add_argument("run", type=Path, help="folder of the run, with config.toml in it")
    parser.add_argument("--resume", action="store_true", help="go on after the last checkpoint")
    parser.add_argument("--cache", type=Path, default=None, help="where features are kept")
    given = parser.parse_args()
    give_way()
    prepare_torch()
    control = TrainingControl()
    threading.Thread(target=_listen, args=(sys.stdin, control), daemon=True).start()
    from training.run import run_training

    try:
        run_training(
            RunFolder(given.run),
            resume=given.resume,
            emit=_print_event,
            control=control,
            cache_root=given.cache,
        )
    except UserError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    return 0


def obey(line: str, control: TrainingControl) -> None:
    """Pass one line of commands on; what is no command is passed over."""
    try:
        wish = json.loads(line)
        command = wish["command"]
        if command == "stop":
            control.stop()
        elif command == "pause":
            control.pause()
        elif command == "continue":
            control.go_on()
        elif command == "pin":
            control.pin(
                tuple(
                    PinnedQuery("ab".index(query["domain"]), Path(query["path"]))
                    for query in wish["queries"]
                )
            )
    except (KeyError, TypeError, ValueError):
        return


def _listen(commands: TextIO, control: TrainingControl) -> None:
    for line in commands:
        obey(line, control)
    control.stop()


def _print_event(event: Event) -> None:
    print(event_line(event), flush=True)


if __name__ == "__main__":
    sys.exit(main())
