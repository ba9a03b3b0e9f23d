"""What a file says, flat: to see that detaching takes out what was attached and moves nothing else.

Needed when a file was edited since: a key that someone added inside a mapping that attaching made would fall to another parent.
"""

from collections.abc import Iterator
from typing import Any

from throughput.attach.embedded import embedded_files
from throughput.attach.kinds import opened, syntax_of
from throughput.attach.line_text import LineText
from throughput.attach.nodes import Path, Refused, plain
from throughput.attach.toml_text import TomlText


def check(before: str, after: str, name: str, *, replaced: bool) -> None:
    """Raise `Refused` unless everything `after` says was said at the same place `before`; values may differ when some were replaced."""
    syntax = _syntax(name)
    said = dict(_leaves(before, syntax))
    try:
        left = dict(_leaves(after, syntax))
    except Refused:
        left = None
    if left is None or any(
        path not in said or (said[path] != value and not replaced) for path, value in left.items()
    ):
        raise Refused(
            "something was added to what pt attach put in, and would be left without its place. "
            "Move it elsewhere, detach, and put it back."
        )


def _syntax(name: str) -> str:
    try:
        return syntax_of(name, None)
    except Refused:
        # Attached with --kind, and every kind that its name can't tell reads as YAML.
        return "yaml"


def _leaves(text: str, syntax: str) -> Iterator[tuple[Path, Any]]:
    under = opened(text, syntax)
    if isinstance(under, LineText):
        yield from (((one.document, one.key), one.value) for one in under.found)
    elif isinstance(under, TomlText):
        yield from _flat(under.value, ())
    else:
        inside = embedded_files(under)
        for path, value in _flat([plain(node) for node in under.nodes], ()):
            if path not in inside:
                yield path, value
                continue
            try:
                yield from (
                    (path + more, leaf) for more, leaf in _leaves(inside[path], _syntax(str(path[-1])))
                )
            except Refused:
                yield path, value


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flat(item, (*path, index))
    else:
        yield path, value
