"""The `pt` command line: finds a command, loads only its file, and turns every failure into one clear message.

Exit codes: 0 fine, 1 a rule or check failed, 2 bad usage or configuration, 130 interrupted, 70 a defect of this tool.
"""

import difflib
import gc
import importlib
import os
import sys
from typing import Any, NamedTuple

import click

from throughput.problems import ConfigError


class Entry(NamedTuple):
    """Where a command lives, and the line `pt --help` shows without importing it."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "up": Entry(
        "scripts.up", "Deploy a stack: the plan, the policies, the exposure, what a person must do next"
    ),
    "preview": Entry("scripts.preview", "Show what `pt up` would change, without changing it"),
    "destroy": Entry("scripts.destroy", "Take a stack down; refused while commitments run"),
    "check": Entry("scripts.check", "Judge a pull request: every stack against the git base"),
    "orders": Entry("scripts.orders", "The ledger as a table: pool, GSUs, term, status, end, next action"),
    "order": Entry("scripts.order", "Hand an order to its buyer, write the purchase back, follow it along"),
    "renewals": Entry("scripts.renewals", "What renews or lapses when, and which review is missing"),
    "catalog": Entry("scripts.catalog", "Model facts as of a date"),
    "size": Entry("scripts.size", "GSUs for a workload, with the arithmetic"),
    "fit": Entry("scripts.fit", "Which way to buy, for one workload"),
    "snippet": Entry("scripts.snippet", "Client code and configuration that really uses an order"),
    "attach": Entry("scripts.attach", "Put an order's routing headers and label into a configuration file"),
    "detach": Entry("scripts.detach", "Take them out again, byte for byte"),
    "adc": Entry("scripts.adc", "Credentials for each kind of caller, never a key"),
    "doctor": Entry(
        "scripts.doctor", "Check credentials, environment, libraries and client files; offline first"
    ),
    "serve": Entry(
        "scripts.serve",
        "An endpoint on this machine that admits, spills and meters like Provisioned Throughput",
    ),
    "status": Entry("scripts.status", "The ledger against what monitoring says is active; utilisation"),
    "schema": Entry("scripts.schema", "Write the JSON Schema, the reference page and the policies' pages"),
    "bench": Entry("scripts.bench", "Measure what this tool promises about speed"),
    "lock": Entry("scripts.lock", "Compile the locks with hashes; only for who changes dependencies"),
    "mutation": Entry("scripts.mutation", "Break each rule by one line, and see that a test notices"),
    "test": Entry("scripts.test", "Run the tests, the linter and the type checker"),
}


class LazyGroup(click.Group):
    """A group that imports a command's file when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or None when there is no such name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(entry.module).command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with the nearest command when there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean pt {close[0]}?" if close else " All: pt --help"
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with: pt up local. Exit codes: 0 fine, 1 a rule or check failed, 2 bad usage or configuration.",
)
@click.version_option(package_name=None, version="0.1.0", prog_name="pt")
def pt() -> None:
    """Vertex AI Provisioned Throughput as code: the ledger, its rules, and clients that use the capacity."""


def main() -> None:
    """Run `pt` and exit; what goes wrong becomes a message and an exit code, never a traceback."""
    # A command is short: collecting garbage as often as usual would cost a tenth of it and free nothing.
    gc.set_threshold(100_000, 50, 50)
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run one command line; returns the exit code."""
    try:
        code = pt.main(args, prog_name="pt", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except ConfigError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return 2
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. Nothing half-written is left; run the same command to go on.", err=True)
        return 130
    except BrokenPipeError:
        # The reader went away (| head): nothing to say, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: a user gets a sentence, not a traceback
        return _defect(error)


def _defect(error: Exception) -> int:
    if os.environ.get("PT_DEBUG"):
        raise error
    click.echo(f"pt: a defect of this tool: {type(error).__name__}: {error}", err=True)
    click.echo(
        "  Nothing more was changed. PT_DEBUG=1 shows where; please report it with that output.", err=True
    )
    return 70


if __name__ == "__main__":
    main()
