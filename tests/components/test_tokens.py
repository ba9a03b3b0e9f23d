"""Type tokens and child names are part of every URN: changing one replaces what it names, so they are frozen here."""

import importlib
import pkgutil
import re
from pathlib import Path

import pulumi

import components

TOKENS = {
    "Budget": "vertex-throughput:components:Budget",
    "Buyers": "vertex-throughput:components:Buyers",
    "Client": "vertex-throughput:components:Client",
    "ClientRole": "vertex-throughput:components:ClientRole",
    "Environment": "vertex-throughput:components:Environment",
    "Federation": "vertex-throughput:components:Federation",
    "Notifications": "vertex-throughput:components:Notifications",
    "Observability": "vertex-throughput:components:Observability",
    "Project": "vertex-throughput:components:Project",
    "Services": "vertex-throughput:components:Services",
}


def _component_classes() -> dict[str, type[pulumi.ComponentResource]]:
    found = {}
    for module in pkgutil.iter_modules(components.__path__):
        loaded = importlib.import_module(f"components.{module.name}")
        for name, value in vars(loaded).items():
            if (
                isinstance(value, type)
                and issubclass(value, pulumi.ComponentResource)
                and value.__module__ == loaded.__name__
            ):
                found[name] = value
    return found


def test_every_component_has_its_frozen_token(root: Path) -> None:
    """A changed row needs an alias on the component, or every stack replaces what the component holds."""
    classes = _component_classes()
    assert set(classes) == set(TOKENS), "add the component to TOKENS in this file"
    for name, found in classes.items():
        source = (root / "components" / f"{found.__module__.rpartition('.')[2]}.py").read_text(
            encoding="utf-8"
        )
        assert re.findall(r'"(vertex-throughput:components:\w+)"', source) == [TOKENS[name]]


def test_names_of_children_hold_no_list_position(root: Path) -> None:
    for path in (root / "components").glob("*.py"):
        assert "enumerate(" not in path.read_text(encoding="utf-8"), path.name
