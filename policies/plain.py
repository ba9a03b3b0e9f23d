"""A policy's properties as plain values: they arrive as proxies, with every number a float."""

from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> Any:
    """Plain dicts and lists, whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping) or hasattr(value, "keys"):
        return {str(key): plain(value[key]) for key in value}
    if isinstance(value, list | tuple) or hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    return value
