"""What a resource type takes and gives, read from the installed `pulumi_gcp`.

The SDK accepts misspelt keys in dicts and passes them on; here they are refused, with the nearest valid one.
"""

import collections.abc
import difflib
import functools
import inspect
import threading
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.engine.wire import Unknown
from local.google_cloud import sdk

# The marks that the SDK puts around a plain type: a value may come later.
_PLUMBING = {collections.abc.Awaitable}


@dataclass(frozen=True)
class Schema:
    """One resource type: the types of its inputs, which of them must be given, and what only Google assigns."""

    inputs: Mapping[str, Any]
    required: tuple[str, ...]
    computed: tuple[str, ...]
    #: Inputs whose documentation says that a change makes a new resource.
    replacing: frozenset[str]


# Loading isn't safe from several threads at once.
_LOADING = threading.Lock()


def schema_of(token: str) -> Schema:
    """The schema of `gcp:module/name:Class`; a ValueError names the nearest type when there is none."""
    with _LOADING:
        return _schema(token)


@functools.cache
def _schema(token: str) -> Schema:
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    module = module.partition("/")[0]
    if package != "gcp" or not name:
        raise ValueError(f"{token!r} isn't a type of Google Cloud")
    resource, arguments = _classes(token, module, name)
    inputs = _sdk().input_type_types(arguments)
    outputs = _sdk().resource_types(resource)
    return Schema(
        inputs=inputs,
        required=_required(arguments),
        computed=tuple(sorted(set(outputs) - set(inputs))),
        replacing=frozenset(_replacing(arguments)),
    )


def _sdk() -> Any:
    from pulumi import _types

    return _types


def _classes(token: str, module: str, name: str) -> tuple[Any, Any]:
    try:
        return sdk.classes(module, name)
    except LookupError:
        near = difflib.get_close_matches(name, sdk.names(module), 1)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise ValueError(f"the installed pulumi_gcp has no type {token!r}{hint}") from None


@functools.cache
def _required(arguments: Any) -> tuple[str, ...]:
    names = _sdk().input_type_py_to_pulumi_names(arguments)
    parameters = list(inspect.signature(arguments.__init__).parameters.values())[1:]
    return tuple(
        names.get(each.name, each.name) for each in parameters if each.default is inspect.Parameter.empty
    )


def _replacing(arguments: Any) -> Iterator[str]:
    names = _sdk().input_type_py_to_pulumi_names(arguments)
    for python, pulumi in names.items():
        documentation = getattr(arguments, python).__doc__ or ""
        if "orces a new" in documentation or "forces new" in documentation:
            yield pulumi


@functools.cache
def _fields(arguments: Any) -> Mapping[str, Any]:
    return typing.cast(Mapping[str, Any], _sdk().input_type_types(arguments))


def problems(schema: Schema, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the inputs, as (property path, reason)."""
    return list(_object(schema.inputs, schema.required, inputs, ""))


def _object(
    fields: Mapping[str, Any], required: tuple[str, ...], values: Mapping[str, Any], path: str
) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        at = f"{path}.{key}" if path else key
        if key not in fields:
            near = difflib.get_close_matches(key, list(fields), 1)
            allowed = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(sorted(fields))}"
            yield at, f"there is no such property; {allowed}"
        elif value is not None:
            yield from _value(fields[key], value, at)
    for key in required:
        if values.get(key) is None:
            yield (f"{path}.{key}" if path else key), "is missing"


def _value(expected: Any, value: Any, path: str) -> Iterator[tuple[str, str]]:
    expected = _plain(expected)
    if isinstance(value, Unknown) or expected is Any:
        return
    origin = typing.get_origin(expected)
    if origin in (typing.Union, types.UnionType):
        choices = [list(_value(each, value, path)) for each in typing.get_args(expected)]
        if all(choices):
            yield from min(choices, key=len)
    elif origin is collections.abc.Sequence:
        yield from _sequence(typing.get_args(expected)[0], value, path)
    elif origin in (collections.abc.Mapping, dict):
        yield from _mapping(typing.get_args(expected)[1], value, path)
    elif _sdk().is_input_type(expected):
        if isinstance(value, Mapping):
            yield from _object(_fields(expected), _required(expected), value, path)
        else:
            yield path, f"must be an object, found {_shown(value)}"
    elif not _fits(expected, value):
        yield path, f"must be {_NAMES.get(expected, 'another value')}, found {_shown(value)}"


def _sequence(item: Any, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, f"must be a list, found {_shown(value)}"
        return
    for index, each in enumerate(value):
        yield from _value(item, each, f"{path}[{index}]")


def _mapping(item: Any, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield path, f"must be an object, found {_shown(value)}"
        return
    for key, each in value.items():
        yield from _value(item, each, f"{path}.{key}")


_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}


def _fits(expected: Any, value: Any) -> bool:
    if expected is bool:
        return isinstance(value, bool)
    if expected is str:
        return isinstance(value, str)
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if expected is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _plain(expected: Any) -> Any:
    """The type without the SDK's marks for a value that may come later."""
    if typing.get_origin(expected) not in (typing.Union, types.UnionType):
        return expected
    members = [each for each in typing.get_args(expected) if not _is_plumbing(each)]
    if not members:
        return Any
    return members[0] if len(members) == 1 else typing.Union[tuple(members)]  # noqa: UP007 - built at run time


def _is_plumbing(member: Any) -> bool:
    origin = typing.get_origin(member) or member
    return (
        member is type(None)
        or origin in _PLUMBING
        or f"{origin.__module__}.{getattr(origin, '__name__', '')}" == "pulumi.output.Output"
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else repr(value)
