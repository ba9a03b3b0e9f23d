"""The protocols' values as Python values and back.

A property is `None`, a bool, a number, a string, a list, a dict, `Unknown` (not known before `up`) or a `Secret`
around one of them. Whole numbers become `int`, so that a state file reads `5` and not `5.0`. Assets, archives and
resource references travel as the marked dicts they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.engine.results import SECRET, UNKNOWN

# The marks of Pulumi's wire format, fixed in its protocol
# (https://github.com/pulumi/pulumi, sdk/go/common/resource/sig and sdk/go/common/resource/plugin/rpc.go, 2026-11-20).
UNKNOWN_MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# Beyond this a float can't hold every whole number any more.
_EXACT = 2**53


class Unknown:
    """A value that isn't known before `up`; all of them are the same object, `UNKNOWN_VALUE`."""

    def __repr__(self) -> str:
        return UNKNOWN


UNKNOWN_VALUE = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that must not be shown."""

    value: Any

    def __repr__(self) -> str:
        return SECRET


def decode(struct: Any) -> dict[str, Any]:
    """A protobuf `Struct` as a dict of properties."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def _decode(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN_VALUE if value.string_value == UNKNOWN_MARK else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() and abs(number) < _EXACT else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _decode_marked(decode(value.struct_value))
    return None


def _decode_marked(values: dict[str, Any]) -> Any:
    signature = values.get(SIGNATURE_KEY)
    if signature == SECRET_SIGNATURE:
        return Secret(values.get("value"))
    if signature == OUTPUT_SIGNATURE:
        inner = values.get("value", UNKNOWN_VALUE)
        return Secret(inner) if values.get("secret") else inner
    return values


def encode(values: Mapping[str, Any], *, keep_secrets: bool = False) -> Any:
    """A dict of properties as a protobuf `Struct`; secrets are opened unless `keep_secrets`."""
    from google.protobuf import struct_pb2

    struct = struct_pb2.Struct()
    for key, value in values.items():
        _encode_into(struct.fields[key], value, keep_secrets)
    return struct


def _encode_into(target: Any, value: Any, keep_secrets: bool) -> None:
    if value is None:
        target.null_value = 0
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, Unknown):
        target.string_value = UNKNOWN_MARK
    elif isinstance(value, Secret):
        if keep_secrets:
            marked = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": value.value}
            _encode_into(target, marked, keep_secrets)
        else:
            _encode_into(target, value.value, keep_secrets)
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _encode_into(target.struct_value.fields[key], item, keep_secrets)
    else:
        target.list_value.SetInParent()
        for item in value:
            _encode_into(target.list_value.values.add(), item, keep_secrets)


def opened(value: Any) -> Any:
    """The value with every secret opened: what an emulated stack's state holds."""
    if isinstance(value, Secret):
        return opened(value.value)
    if isinstance(value, Mapping):
        return {key: opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [opened(item) for item in value]
    return value


def shown(value: Any) -> Any:
    """The value as results may show it: secrets and unknowns replaced by a text that says so."""
    if isinstance(value, Secret):
        return SECRET
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def has_unknown(value: Any) -> bool:
    """Whether anything in the value isn't known yet."""
    return _any(value, Unknown)


def has_secret(value: Any) -> bool:
    """Whether anything in the value is a secret."""
    return _any(value, Secret)


def _any(value: Any, kind: type) -> bool:
    if isinstance(value, kind):
        return True
    if isinstance(value, Secret):
        return _any(value.value, kind)
    if isinstance(value, Mapping):
        return any(_any(item, kind) for item in value.values())
    return isinstance(value, list) and any(_any(item, kind) for item in value)


def mark_secrets(
    outputs: Mapping[str, Any], inputs: Mapping[str, Any], additional: Iterable[str]
) -> dict[str, Any]:
    """Mark as secret the outputs that were secret inputs, and the ones that the program names.

    Needed because a plugin that declines secrets gets and gives plain values.
    """
    named = set(additional)
    return {
        key: Secret(value)
        if not isinstance(value, Secret) and (key in named or (key in inputs and has_secret(inputs[key])))
        else value
        for key, value in outputs.items()
    }
