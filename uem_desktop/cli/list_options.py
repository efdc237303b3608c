"""Options that take several values in a row: ``--seeds 2024 2025 2026``."""

from __future__ import annotations

import click


class ListCommand(click.Command):
    """A command whose repeatable options also take their values one after the other."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--seeds 1 2`` as ``--seeds 1 --seeds 2``."""
        names = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and parameter.multiple
            for name in parameter.opts
        }
        spelt: list[str] = []
        option = ""
        is_first = False
        for word in args:
            if word.startswith("--"):
                option, is_first = (word if word in names else ""), True
            elif option and not is_first:
                spelt.append(option)
            else:
                is_first = False
            spelt.append(word)
        return super().parse_args(ctx, spelt)
