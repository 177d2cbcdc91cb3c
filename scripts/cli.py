"""`chaidaen`: the command line. The heavy stack is imported inside each command."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Final

import click

COMMANDS: Final = {
    "access": "scripts.access.command:access",
    "areas": "scripts.areas:areas",
    "batch": "scripts.batch:batch",
    "calibrate": "scripts.calibrate.command:calibrate",
    "check": "scripts.check:check",
    "compare": "scripts.compare.command:compare",
    "export": "scripts.export.command:export",
    "fetch": "scripts.fetch:fetch",
    "freight": "scripts.freight.command:freight",
    "import": "scripts.import_:import_",
    "monitor": "scripts.monitor.command:monitor",
    "new": "scripts.new:new",
    "quality": "scripts.quality.command:quality",
    "rebuild": "scripts.rebuild:rebuild",
    "report": "scripts.report.command:report",
    "risk": "scripts.risk.command:risk",
    "route": "scripts.route:route",
    "scenarios": "scripts.scenarios:scenarios",
    "vehicles": "scripts.vehicles:vehicles",
}
"""A verb and where its command lives; a new verb is one module and one line here."""


CUT_OFF: Final = (
    "what Python compiled of the program is cut off, as on a disk that was full ({why}); "
    "remove the folders __pycache__ below {folder}"
)


class _Problem(click.ClickException):
    """A problem with data or request: one clear line, exit code 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401
        click.echo(f"chaidaen: {' '.join(self.message.split())}", err=True, file=file)


class _Verbs(click.Group):
    """Load a command's module only when it is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> object:
        from scripts.dates import today

        try:
            today()  # A date that is none is refused here: numpy falls over it while it loads.
            return super().invoke(ctx)
        except Exception as error:
            from layers.errors import ChaidaenError

            if isinstance(error, EOFError) and not ctx.params["debug"]:
                # Nothing is asked of anybody: no module could be loaded.
                folder = Path(__file__).resolve().parents[1]
                raise _Problem(CUT_OFF.format(why=error, folder=folder)) from error
            expected = isinstance(error, (ChaidaenError, OSError)) and not isinstance(
                error, BrokenPipeError
            )
            if not expected or ctx.params["debug"]:
                raise
            raise _Problem(str(error)) from error


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chaidaen")
@click.option("--debug", is_flag=True, help="Show the whole traceback of a problem.")
def chaidaen(*, debug: bool) -> None:
    """Border roads and logistics: routes, maps and reports, offline.

    \b
    chaidaen areas                                  which areas there are
    chaidaen report mae_hong_son                    the whole report
    chaidaen route mae_hong_son "Pai" "Chiang Mai"  one route
    chaidaen compare mae_hong_son --scenario upgrade_1263
                                                    what it changes, and whether it pays
    """  # noqa: D301


def main() -> None:
    """Run the command line: exit code 0 done, 1 a problem with data, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe may have a code page without Thai.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    signal.signal(signal.SIGTERM, _stop)
    # Importing makes half a million objects and hardly a circle: looking for them is a tenth.
    gc.set_threshold(100_000, 20, 20)
    # What was typed in another code page comes as surrogates, which no table can hold.
    typed = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]
    chaidaen(typed, prog_name="chaidaen")


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Leave as on Ctrl-C, so that temporary files go."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
