"""A policy's properties as plain values: they arrive as proxies, with every number a float, and what isn't known yet raises."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from throughput.rules.model import UNKNOWN


def plain(value: Any) -> Any:
    """Plain dicts and lists, whole floats as integers, `UNKNOWN` for what only `up` will know."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): _item(value, key) for key in value}
    if hasattr(value, "__len__"):
        return [_item(value, index) for index in range(len(value))]
    return value


def _item(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN
