"""Nothing outside the documented charset is ever written."""

import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughput.labels import checked_headers, checked_labels, labels_header


@pytest.mark.parametrize("value", ["", "chat", "a_b-1", "1", "-", "x" * 63])
def test_good_values_pass(value: str) -> None:
    assert checked_labels({"dedicated-capacity": value}) == {"dedicated-capacity": value}


@pytest.mark.parametrize(
    "value",
    [
        "x" * 64,
        "Chat",
        "a b",
        "a\n",
        "\na",
        "a\r\nX: y",
        "ü",
        "a/b",
        "a.b",
        "a\x00",
        "a\u2028",
        "а",
        "\uff41",
        5,
        None,
    ],
)
def test_bad_values_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="label value"):
        checked_labels({"dedicated-capacity": value})


@pytest.mark.parametrize("key", ["", "1a", "-a", "A", "a" * 64, "a\n", "a b", "a.b"])
def test_bad_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="label key"):
        checked_labels({key: "x"})


@pytest.mark.parametrize("value", ["", " a", "a ", "a\nb", "a\r", "a\x00", "é", "a\x7f", "a\tb"])
def test_bad_header_values_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="header X-A"):
        checked_headers({"X-A": value})


@pytest.mark.parametrize("name", ["", "X A", "X:", "X-A\n", "1X", "X_A"])
def test_bad_header_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="header name"):
        checked_headers({name: "a"})


def test_partner_models_take_labels_in_a_header() -> None:
    (value,) = labels_header({"dedicated-capacity": "chat"}).values()
    assert json.loads(base64.b64decode(value)) == {"dedicated-capacity": "chat"}
    assert checked_headers({"X-Vertex-AI-Labels": value})


@given(st.text(max_size=70))
def test_only_the_charset_passes(value: str) -> None:
    allowed = re.fullmatch(r"[a-z0-9_-]{0,63}", value) is not None
    try:
        checked_labels({"k": value})
    except ValueError:
        assert not allowed
    else:
        assert allowed
