"""`pt lock`: compile the locks with hashes from pyproject.toml. Needs the network and pip-tools; only for who changes dependencies."""

import re
import subprocess
import sys

import click

from scripts._shared import ROOT, passes_exit_code

_HEADER = "# Compiled from {source} by ./pt lock; edit that instead.\n"
_OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--no-strip-extras",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-header",
    "--no-annotate",
]


@click.command()
@click.option("--upgrade", is_flag=True, help="Take the newest versions that pyproject.toml allows.")
@passes_exit_code
def command(upgrade: bool) -> int:
    """Compile requirements.txt and requirements-dev.txt."""
    jobs = {"requirements.txt": [], "requirements-dev.txt": ["--extra", "dev", "-c", "requirements.txt"]}
    for output, extra in jobs.items():
        arguments = [*_OPTIONS, *extra, *(["--upgrade"] if upgrade else []), "-o", output, "pyproject.toml"]
        if (
            subprocess.run(
                [sys.executable, "-m", "piptools", "compile", *arguments], cwd=ROOT, check=False
            ).returncode
            != 0
        ):
            click.echo(
                "The lock could not be compiled. pip-tools does it: .venv/bin/pip install pip-tools", err=True
            )
            return 2
        path = ROOT / output
        text = _HEADER.format(source="pyproject.toml") + with_plain_pins(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        click.echo(f"{output} written")
    return 0


def with_plain_pins(lock: str) -> str:
    """The lock with a second pin, without extras, for every pin that names extras.

    pip before 23.3 takes a hash-checked pin for exactly the extras it names, and refuses the same package asked for without.
    """
    lock = re.sub(r"\A(#.*\n)+", "", lock)
    entries = re.findall(r"^[A-Za-z0-9][^\n]*(?:\n    [^\n]*)*", lock, re.MULTILINE)
    plain = {
        re.sub(r"^([A-Za-z0-9._-]+)\[[^\]]*\]==", r"\1==", entry)
        for entry in entries
        if re.match(r"[A-Za-z0-9._-]+\[", entry)
    }
    return "\n".join(sorted({*entries, *plain}, key=str.lower)) + "\n"
