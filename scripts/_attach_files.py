"""What `pt attach` and `pt detach` share: reading a file with its record, the diff, and writing both whole or not at all."""

import difflib
import os
from pathlib import Path

import click

from scripts._files import replace_file
from throughput.attach.files import Result
from throughput.attach.record import SIDECAR
from throughput.problems import ConfigError, Problem

_MAX_BYTES = 8_000_000


def beside(path: Path) -> Path:
    """Where the record of a file without comments stands: beside the real file, also when a link was named."""
    target = Path(os.path.realpath(path))
    return target.with_name(target.name + SIDECAR)


def read(path: Path) -> tuple[bytes, bytes | None]:
    """A file's bytes and its record's. Raises `ConfigError` for what isn't a readable text file."""
    try:
        if not path.is_file():
            raise ConfigError(
                Problem(message="is a folder" if path.is_dir() else "isn't there", file=str(path))
            )
        data = path.read_bytes()
        sidecar = beside(path).read_bytes() if beside(path).is_file() else None
    except OSError as error:
        raise ConfigError(Problem(message=error.strerror or str(error), file=str(path))) from error
    if len(data) > _MAX_BYTES:
        raise ConfigError(Problem(message=f"is larger than {_MAX_BYTES:,} bytes", file=str(path)))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            Problem(message=f"isn't UTF-8 text (byte {error.start})", file=str(path))
        ) from error
    return data, sidecar


def write(path: Path, result: Result, before: bytes) -> None:
    """Write what changed. The record is there before the file needs it, and goes when nothing needs it. Raises `ConfigError`."""
    record = beside(path)
    try:
        if result.sidecar is not None:
            replace_file(record, result.sidecar)
        if result.data != before:
            replace_file(path, result.data)
        if result.sidecar is None:
            record.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(Problem(message=error.strerror or str(error), file=str(path))) from error


def diff(path: Path, before: bytes, after: bytes) -> str:
    """A unified diff; what a terminal would act on is shown as an escape."""
    lines = difflib.unified_diff(
        before.decode().splitlines(keepends=True),
        after.decode().splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    shown = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(shown).replace("\r\n", "\n")


def refuse(path: Path, error: Exception) -> int:
    """Say why a file isn't touched; gives exit code 1."""
    click.echo(f"refused: {path}: {error}", err=True)
    return 1
