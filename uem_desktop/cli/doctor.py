"""``uem doctor``: is everything there that the program needs, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from uem_desktop.cli.streams import can_show, print_json

if TYPE_CHECKING:
    from uem_desktop.cli import doctor_checks


@click.command("doctor", short_help="Check this machine and say what is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--apt",
    "only_packages",
    is_flag=True,
    help="Print only the Debian packages to install, for 'apt-get install $(uem doctor --apt)'.",
)
def doctor_command(as_json: bool, only_packages: bool) -> int:
    """Check this machine: packages, weights, folders, formats, devices, and what a window needs.

    The exit code is 0 when everything essential works, otherwise 1.
    """
    from uem_desktop.cli import doctor_checks, doctor_qt
    from uem_desktop.cli.system_libraries import find_missing_libraries

    missing = doctor_qt.relevant_libraries(find_missing_libraries())
    packages = doctor_qt.debian_packages(missing)
    if only_packages:
        if packages:
            click.echo(" ".join(packages))
        return 0
    checks = [
        *_survived("System", doctor_checks.check_system()),
        *_survived("Packages", doctor_checks.check_packages()),
        *_survived("Weights", doctor_checks.check_weights()),
        *_survived("Image formats", doctor_checks.check_formats()),
        *_survived("Folders", doctor_checks.check_folders()),
        *_survived("Window", doctor_checks.check_display()),
        *_survived("Window", doctor_qt.check_libraries(missing)),
        *_survived("Devices", doctor_qt.check_by_running()),
    ]
    works = all(check.is_ok or not check.is_essential for check in checks)
    if as_json:
        print_json(
            {
                "ok": works,
                "checks": [
                    {
                        "group": check.group,
                        "name": check.name,
                        "ok": check.is_ok,
                        "essential": check.is_essential,
                        "detail": check.detail,
                        "remedy": check.remedy or None,
                    }
                    for check in checks
                ],
                "missing_packages": {
                    "debian": list(packages),
                    "fedora": list(doctor_qt.fedora_packages(missing)),
                },
            }
        )
    else:
        _print_checks(checks)
        _print_verdict(works, checks, packages)
    return 0 if works else 1


def _survived(group: str, checks: Iterator[doctor_checks.Check]) -> Iterator[doctor_checks.Check]:
    """Turn what breaks a check into a line: the doctor is asked when things are broken."""
    from uem_desktop.cli.doctor_checks import Check

    try:
        yield from checks
    except Exception as error:
        detail = f"cannot be checked: {type(error).__name__}: {error}"
        yield Check(group, "This check", False, True, detail, "install uem-desktop again")


def _print_checks(checks: Sequence[doctor_checks.Check]) -> None:
    good, bad, note = ("✓", "✗", "!") if can_show("✓✗") else ("ok", "--", "! ")
    width = max(len(check.name) for check in checks)
    for group in dict.fromkeys(check.group for check in checks):
        click.secho(f"\n{group}", bold=True)
        for check in checks:
            if check.group != group:
                continue
            if check.is_ok:
                mark = click.style(good, fg="green")
            elif check.is_essential:
                mark = click.style(bad, fg="red", bold=True)
            else:
                mark = click.style(note, fg="yellow", bold=True)
            click.echo(f"  {mark} {check.name:<{width}}  {check.detail}")
            if check.remedy:
                click.echo(f"    {'':<{width}}  → {check.remedy}")


def _print_verdict(
    works: bool, checks: Sequence[doctor_checks.Check], packages: Sequence[str]
) -> None:
    if packages:
        click.echo(f"\nOn Debian and Ubuntu: sudo apt-get install {' '.join(packages)}")
    problems = [check for check in checks if not check.is_ok]
    if works and not problems:
        click.secho("\nEverything is in place.", fg="green")
    elif works:
        things = "one thing" if len(problems) == 1 else f"{len(problems)} things"
        click.secho(f"\nEverything essential works; {things} could be better.", fg="yellow")
    else:
        click.secho("\nSomething essential is missing.", fg="red", bold=True)
