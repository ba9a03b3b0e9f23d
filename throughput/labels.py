"""Labels and header values, checked before they are written anywhere.

The charset is Google's (add-labels page, 2026-08-22: keys of 1 to 63, values of 0 to 63 lower-case letters, digits, '_' and '-'), kept to ASCII.
Client libraries let worse through, so nothing is trusted that hasn't passed here; nothing is shortened or lower-cased to fit.
"""

import base64
import json
import re
from collections.abc import Mapping

from throughput.names import label_key, label_value

LABELS_HEADER = "X-Vertex-AI-Labels"
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,4094}[!-~])?")


def checked_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels, when every key and value is in the documented charset. Raises `ValueError` naming the first that isn't."""
    for key, value in labels.items():
        for what, text, check in (("key", key, label_key), ("value", value, label_value)):
            if not isinstance(text, str):
                raise ValueError(f"label {what} {text!r} isn't a string")
            try:
                check(text)
            except ValueError as error:
                raise ValueError(f"label {what} {text!r}; {error}") from error
    return dict(labels)


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, when names are plain tokens and values printable ASCII on one line. Raises `ValueError`."""
    for name, value in headers.items():
        if not isinstance(name, str) or _HEADER_NAME.fullmatch(name) is None:
            raise ValueError(f"header name {name!r}; allowed: letters, digits and '-', at most 63")
        if not isinstance(value, str) or _HEADER_VALUE.fullmatch(value) is None:
            raise ValueError(
                f"value {value!r} of header {name}; allowed: printable ASCII on one line, no spaces around"
            )
    return dict(headers)


def labels_header(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels as the header that partner models (Claude) take: base64 of a JSON object (add-labels page, 2026-08-22)."""
    packed = base64.b64encode(json.dumps(checked_labels(labels)).encode()).decode()
    return {LABELS_HEADER: packed}
