"""Setting keys of tables in TOML text, every other byte kept. Each candidate place is judged by parsing the result."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from throughput.attach.edits import Edit, edit, eol_of, line_end
from throughput.attach.nodes import Path, Refused, shown

_HEADER = re.compile(r"^[ \t]*(\[{1,2})([^\n\r#]*?)\]{1,2}[ \t]*(?:#[^\n\r]*)?\r?$", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class TomlText:
    """A TOML text under edit, with the same face as `TreeText`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[Edit] = []
        self.value = _parse(text)

    def set_entries(self, path: Path, entries: Mapping[str, str], *, force: bool = False) -> None:
        """Make the table at `path` hold these entries. Raises `Refused` where the file says something else."""
        for key, value in entries.items():
            table = self.find(path)
            if table is not None and not isinstance(table, dict):
                raise Refused(f"{shown(path)} holds a value, not a table")
            found = table.get(key) if table else None
            if found == value:
                continue
            for present in table or ():
                if present != key and present.lower() == key.lower():
                    raise Refused(
                        f"{shown(path)} has {present}, which is {key} in another spelling. Rename it to {key} or remove it."
                    )
            if found is not None and not force:
                raise Refused(
                    f"{shown((*path, key))} is {found}, and the order says {value}. --force replaces it; pt detach puts it back."
                )
            self._take_first(path, key, value, replace=found is not None)

    def find(self, path: Path) -> Any:
        """The value at a path, or None. Raises `Refused` where the path runs through something else than tables."""
        at: Any = self.value
        for depth, part in enumerate(path):
            if isinstance(at, list) and str(part).isdecimal():
                if int(part) >= len(at):
                    raise Refused(f"{shown(path[:depth])} has {len(at)} entries; {part} isn't one of them")
                at = at[int(part)]
            elif isinstance(at, dict):
                at = at.get(str(part))
            else:
                raise Refused(f"{shown(path[:depth])} is no table")
            if at is None:
                if any(isinstance(later, int) for later in path[depth:]):
                    raise Refused(f"{shown(path)} isn't in this file: lists aren't made")
                return None
        return at

    def _take_first(self, path: Path, key: str, value: str, *, replace: bool) -> None:
        wanted = copy.deepcopy(self.value)
        at: Any = wanted
        for part in path:
            at = at[int(part)] if isinstance(at, list) else at.setdefault(str(part), {})
        at[key] = value
        places = () if replace else self._places(path, key, value)
        for start, end, new in (*places, *self._by_library(path, key, value)):
            text, made = edit(self.text, start, end, new)
            try:
                done = tomllib.loads(text) == wanted
            except ValueError:
                continue
            if done:
                self.text, self.value = text, wanted
                self.edits.append(made)
                return
        raise Refused(f"{shown((*path, key))} can't be set in this file without touching anything else")

    def _places(self, path: Path, key: str, value: str) -> Iterator[tuple[int, int, str]]:
        headers = list(self._headers())
        for length in range(len(path), 0, -1):
            rest = ".".join(_name(str(part)) for part in (*path[length:], key))
            for at, found in headers:
                if tuple(map(str, found)) == tuple(map(str, path[:length])):
                    yield at, at, f"{eol_of(self.text, at)}{rest} = {json.dumps(value)}"
        if all(isinstance(part, str) for part in path):
            rest = ".".join(_name(str(part)) for part in (*path, key))
            first = next(_HEADER.finditer(self.text), None)
            at = first.start() if first else len(self.text)
            if first is None:
                eol = eol_of(self.text)
                ended = not self.text or self.text.endswith("\n")
                line = f"{rest} = {json.dumps(value)}"
                yield at, at, f"{line}{eol}" if ended else f"{eol}{line}"
            else:
                yield 0, 0, f"{rest} = {json.dumps(value)}{eol_of(self.text)}"

    def _headers(self) -> Iterator[tuple[int, Path]]:
        """Ends of the lines of table headers, with the path each opens (entries of arrays by their number)."""
        counts: dict[Path, int] = {}
        for match in _HEADER.finditer(self.text):
            try:
                parts = _opened(match[2])
            except ValueError:
                continue
            resolved: Path = ()
            for depth, part in enumerate(parts):
                resolved = (*resolved, part)
                last = depth == len(parts) - 1
                if match[1] == "[[" and last:
                    counts[resolved] = counts.get(resolved, -1) + 1
                if resolved in counts:
                    resolved = (*resolved, counts[resolved])
            yield line_end(self.text, match.start(2)), resolved

    def _by_library(self, path: Path, key: str, value: str) -> Iterator[tuple[int, int, str]]:
        """What tomlkit would write, cut down to the part that differs: inline tables, and values to replace."""
        try:
            document: Any = tomlkit.parse(self.text)
            at = document
            for part in path:
                if isinstance(at, list):
                    at = at[int(part)]
                    continue
                if part not in at:
                    at[part] = tomlkit.inline_table()
                at = at[part]
            at[key] = value
            new = tomlkit.dumps(document)
        except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError):
            return
        start = _shared(self.text, new)
        tail = _shared(self.text[start:][::-1], new[start:][::-1])
        yield start, len(self.text) - tail, new[start : len(new) - tail]


def _shared(one: str, other: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _opened(header: str) -> list[str]:
    table, parts = tomllib.loads(f"[{header}]"), []
    while table:
        (name,) = table
        parts.append(name)
        table = table[name]
    return parts


def _name(part: str) -> str:
    return part if _BARE.fullmatch(part) else json.dumps(part)


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "a template, not TOML" if "{{" in text else "not readable as TOML"
        raise Refused(f"this is {kind}: {error}") from error
