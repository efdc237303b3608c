"""The group of commands, and what happens to the errors that come out of them."""

from __future__ import annotations

import difflib
import os
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from training.errors import Cancelled, UserError
from uem_desktop import __version__
from uem_desktop.cli.streams import drop_stdout, prepare_streams, say

EXIT_BUG = 1
EXIT_USER_ERROR = 2
EXIT_STOPPED = 130

_COMMANDS = (
    "demo", "search", "evaluate", "compare", "report", "export", "embed", "train",
    "benchmark", "bench", "doctor",
)  # fmt: skip


class _Commands(click.Group):
    """Sub-commands that are imported when they are needed, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"uem_desktop.cli.{cmd_name}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            close = difflib.get_close_matches(name, _COMMANDS, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(_COMMANDS)}."
            ctx.fail(f"There is no command '{name}'; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # click itself would print an empty line first
            raise Cancelled from None
        except BrokenPipeError:
            drop_stdout()
            raise click.exceptions.Exit(0) from None


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="The window with the same engine is 'uem-desktop'.",
)
@click.version_option(__version__, prog_name="uem", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, hidden=True, expose_value=False)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find the same kind of thing across two folders of images from different visual worlds."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and turn whatever it raises into one sentence and an exit code.

    Args:
        arguments: What stands after ``uem``; the arguments of this process when ``None``.

    Returns:
        0 when done, 1 after a bug or a failed check, 2 after an error a person can mend, 130 when
        stopped by Ctrl+C.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    wants_traceback = "--traceback" in given[:1] or bool(os.environ.get("UEM_TRACEBACK"))
    prepare_streams()
    if not sys.warnoptions and not wants_traceback:
        warnings.simplefilter("ignore")
    try:
        result = cli.main(args=given, prog_name="uem", standalone_mode=False)
        sys.stdout.flush()
    except (Cancelled, KeyboardInterrupt, click.Abort) as stop:
        say(str(stop) or "Stopped; what is embedded so far is kept.")
        return EXIT_STOPPED
    except BrokenPipeError:
        drop_stdout()
        return 0
    except click.ClickException as error:
        say(_usage_sentence(error))
        return EXIT_USER_ERROR
    except UserError as error:
        if wants_traceback:
            traceback.print_exc()
        say(str(error))
        return EXIT_USER_ERROR
    except Exception as error:
        if wants_traceback:
            traceback.print_exc()
        say(_bug_sentence(error))
        return EXIT_BUG
    return result if isinstance(result, int) else 0


def _usage_sentence(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split())
    if text and text[-1] not in ".?!":
        text += "."
    context = getattr(error, "ctx", None)
    return f"{text} Try '{context.command_path} --help'." if context is not None else text


def _bug_sentence(error: Exception) -> str:
    reason = " ".join(str(error).split())
    what = f"Something went wrong inside uem ({type(error).__name__}: {reason})"
    from uem_desktop.retrieval.app_folders import config_dir

    path = config_dir() / "uem.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')} uem {__version__} {sys.argv}\n")
            log.write(traceback.format_exc())
    except OSError:
        return f"{what}; run it again with UEM_TRACEBACK=1 to see where."
    return f"{what}; where it happened is written in {path}."
