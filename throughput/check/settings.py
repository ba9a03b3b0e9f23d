"""What changed about an environment: its people, rules, projects and clients, value by value."""

from collections.abc import Iterator, Mapping
from typing import Any

from throughput.check.report import Setting
from throughput.config.loader import ENVIRONMENT, LoadedStack

# Who loosens one of these decides what passes from then on, so a reader should see it first.
_GUARDS = ("approvers", "rules", "buyers", "deployers", "emulated", "asOf")


def changed_settings(old: LoadedStack | None, new: LoadedStack | None) -> tuple[Setting, ...]:
    """Each changed value below `environment`, guards first. Nothing for a stack that is new or gone: all of it is."""
    if old is None or new is None or old is new:
        return ()
    found = [
        Setting(
            path=".".join(path),
            old=before,
            new=after,
            line=new.line("environment", *path),
            guards=path[0] in _GUARDS,
        )
        for path, before, after in _differences(_environment(old), _environment(new), ())
    ]
    return tuple(sorted(found, key=lambda setting: (not setting.guards, setting.path)))


def _environment(stack: LoadedStack) -> Any:
    return stack.source.value["config"].get(ENVIRONMENT)


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differences(old.get(key), new.get(key), (*path, str(key)))
    elif path:
        yield path, old, new


def words(value: Any) -> str:
    """A value as people read it on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {words(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(words(inner) for inner in value) + "]"
    return str(value)
