"""Property paths as Pulumi writes them: `labels.team`, `conditions[0].displayName`, `labels["a.b"]`, `*`."""

import copy
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from local.engine.results import PropertyChange
from local.engine.wire import Secret, opened, shown

Path = tuple[str | int, ...]

_PART = re.compile(r"""\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)""")
_SIMPLE = re.compile(r"[^.\[\]\"\s]+")
_MISSING = object()


def parse(text: str) -> Path:
    """The parts of a path; an index is an `int`, a star stays `*`."""
    parts: list[str | int] = []
    for index, quoted, name in _PART.findall(text):
        if index:
            parts.append(index if index == "*" else int(index))
        elif name:
            parts.append(name)
        else:
            parts.append(json.loads(f'"{quoted}"'))
    return tuple(parts)


def write(path: Path) -> str:
    """The path as text."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _SIMPLE.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def find_shown(value: Any, path: Path) -> Any:
    """What stands at the path as results may show it, or `None`."""
    found = _find(value, path)
    return None if found is _MISSING else shown(found)


def _find(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, Secret):
            return value
        inside = part in value if isinstance(value, Mapping) else _in_list(value, part)
        if not inside:
            return _MISSING
        value = value[part]
    return value


def _in_list(value: Any, part: str | int) -> bool:
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def keep_old(news: Mapping[str, Any], olds: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The new inputs with the old values at the ignored paths (`ignoreChanges`)."""
    result = copy.deepcopy(dict(news))
    for text in paths:
        path = parse(text)
        if path == ("*",):
            return copy.deepcopy(dict(olds))
        if path:
            _copy_at(result, olds, path)
    return result


def _copy_at(target: Any, source: Any, path: Path) -> None:
    part, rest = path[0], path[1:]
    if part == "*":
        keys: Iterable[Any] = (
            set(target) | set(source)
            if isinstance(target, dict) and isinstance(source, Mapping)
            else range(min(len(target), len(source)))
            if isinstance(target, list) and isinstance(source, list)
            else ()
        )
        for key in list(keys):
            _copy_at(target, source, (key, *rest))
        return
    old = _find(source, (part,))
    if isinstance(target, dict):
        if rest and part in target:
            if old is not _MISSING:
                _copy_at(target[part], old, rest)
        elif rest:
            return
        elif old is _MISSING:
            target.pop(part, None)
        else:
            target[str(part)] = copy.deepcopy(old)
    elif isinstance(target, list) and isinstance(part, int) and part < len(target) and old is not _MISSING:
        if rest:
            _copy_at(target[part], old, rest)
        else:
            target[part] = copy.deepcopy(old)


def covers(pattern: str, path: str) -> bool:
    """Whether a changed path lies at, below or above a pattern such as `labels` or `conditions[*].name`."""
    wanted, found = parse(pattern), parse(path)
    return all(want in ("*", part) for want, part in zip(wanted, found, strict=False))


def differences(olds: Any, news: Any, path: Path = ()) -> list[PropertyChange]:
    """Every place where two values differ, deepest first: what to show when a plugin names no details."""
    if isinstance(olds, Mapping) and isinstance(news, Mapping):
        return [
            change
            for key in sorted(set(olds) | set(news), key=str)
            for change in _at(olds.get(key, _MISSING), news.get(key, _MISSING), (*path, key))
        ]
    if isinstance(olds, list) and isinstance(news, list):
        return [
            change
            for index in range(max(len(olds), len(news)))
            for change in _at(
                olds[index] if index < len(olds) else _MISSING,
                news[index] if index < len(news) else _MISSING,
                (*path, index),
            )
        ]
    return _at(olds, news, path)


def _at(old: Any, new: Any, path: Path) -> list[PropertyChange]:
    if old is _MISSING:
        return [PropertyChange(path=write(path), kind="add", new=shown(new))]
    if new is _MISSING:
        return [PropertyChange(path=write(path), kind="delete", old=shown(old))]
    if opened(old) == opened(new) and type(opened(old)) is type(opened(new)):
        return []
    if isinstance(old, Mapping | list) and type(old) is type(new):
        return differences(old, new, path)
    return [PropertyChange(path=write(path), kind="update", old=shown(old), new=shown(new))]
