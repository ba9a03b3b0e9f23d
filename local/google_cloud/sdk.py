"""Loads single files of the installed `pulumi_gcp`, for the types in them.

Importing the package itself registers 1,500 modules, and each of its subpackages loads all its files: together more
work than a whole preview needs. So the files are loaded under a package of their own name here, with empty stand-ins
for what they import but only use when a program makes resources. The real `pulumi_gcp` in `sys.modules` isn't touched.
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

_HERE = "local.google_cloud.loaded_sdk"


class _Anything(types.ModuleType):
    """A module in which every name is `Any`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Any


def classes(module: str, name: str) -> tuple[Any, Any]:
    """The resource class and the class of its arguments; a LookupError when there is no such type."""
    folder = _folder() / module.lower()
    file = next((each for each in folder.glob("*.py") if each.stem.replace("_", "") == name.lower()), None)
    if file is None:
        raise LookupError(name)
    package = f"{_HERE}.{module.lower()}"
    if package not in sys.modules:
        sys.modules[f"{package}.outputs"] = outputs = _Anything(f"{package}.outputs")
        home = _package(package, folder)
        home.outputs = outputs  # type: ignore[attr-defined]
    loaded = importlib.import_module(f"{package}.{file.stem}")
    # One token of 1,495 spells its class in lower case, so spelling is compared without it.
    own = next((each for each in loaded.__all__ if each.lower() == name.lower()), None)
    if own is None:
        raise LookupError(name)
    return getattr(loaded, own), getattr(loaded, f"{own}Args")


def names(module: str) -> list[str]:
    """The names of a module's files, to find the nearest one with."""
    files = [each.stem for each in (_folder() / module.lower()).glob("*.py")]
    return [
        "".join(part.capitalize() for part in stem.split("_"))
        for stem in files
        if not stem.startswith(("_", "get_")) and stem != "outputs"
    ]


def _folder() -> Path:
    found = importlib.util.find_spec("pulumi_gcp")
    if found is None or not found.submodule_search_locations:
        raise LookupError("pulumi_gcp isn't installed")
    folder = Path(next(iter(found.submodule_search_locations)))
    if _HERE not in sys.modules:
        _package(_HERE, folder)
        utilities = _Anything(f"{_HERE}._utilities")
        # The one helper that is called while a file loads: it marks a property as deprecated.
        utilities.deprecated = lambda message: lambda function: function  # type: ignore[attr-defined]
        sys.modules[f"{_HERE}._utilities"] = utilities
    return folder


def _package(name: str, folder: Path) -> types.ModuleType:
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return package
