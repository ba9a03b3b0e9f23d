"""How a record and what was there before read as a step of the results."""

from collections.abc import Iterable
from typing import Any

from local.engine import paths
from local.engine.plugins import Difference
from local.engine.results import PropertyChange, Step
from local.engine.state import Record
from local.engine.wire import shown


def step_of(op: Any, new: Record, old: Record | None, changes: Iterable[PropertyChange] = ()) -> Step:
    """The step as a caller sees it: secrets and unknowns are replaced by a text that says so."""
    return Step(
        op=op,
        urn=new.urn,
        type=new.type,
        name=new.name,
        custom=new.custom,
        parent=new.parent,
        id=new.id,
        changes=tuple(changes),
        old_inputs=shown(dict(old.inputs)) if old else {},
        inputs=shown(dict(new.inputs)),
        outputs=shown(dict(new.outputs)),
        protect=new.protect,
    )


def changes_of(found: Difference, old: Record, new: Record, forcing: Iterable[str]) -> list[PropertyChange]:
    """Old and new value of everything that a plugin's Diff names; of every difference when it names nothing."""
    force = tuple(forcing)
    changes = (
        _named(found, old, new)
        if found.detailed
        else [
            change
            for change in paths.differences(old.inputs, new.inputs)
            if not found.keys or paths.parse(change.path)[0] in found.keys
        ]
    )
    return [
        PropertyChange(
            path=change.path,
            kind=change.kind,
            old=change.old,
            new=change.new,
            forces_replacement=any(paths.covers(key, change.path) for key in force),
        )
        for change in changes
    ]


def _named(found: Difference, old: Record, new: Record) -> list[PropertyChange]:
    changes = []
    for path, (kind, in_inputs) in (found.detailed or {}).items():
        parts = paths.parse(path)
        before = paths.find_shown(old.inputs if in_inputs else old.outputs, parts)
        after = paths.find_shown(new.inputs, parts)
        changes.append(PropertyChange(path=path, kind=kind, old=before, new=after))  # type: ignore[arg-type]
    return changes
