"""Values can't leave the place they were put in, in any language."""

import ast
import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughput.clients.render import LITERALS, render

# What isn't escaped alike in all languages lies outside; every value is ASCII by its own charset anyway.
TEXT = st.text(alphabet=st.characters(max_codepoint=0xD7FF), max_size=20)


@given(value=TEXT)
def test_a_text_survives_in_python_json_and_shell(value: str) -> None:
    assert ast.literal_eval(render("@{x}", "python", {"x": value})) == value
    assert json.loads(render("@{x}", "javascript", {"x": value})) == value


@given(
    value=st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
)
def test_a_text_survives_in_a_shell(value: str) -> None:
    assert shlex.split(f"x={render('@{x}', 'shell', {'x': value})}") == [f"x={value}"]
    assert shlex.split(render("@{x}", "shell", {"x": (value, "y")})) == [value, "y"]


@pytest.mark.parametrize("text", ['a"b', "a'b", "a`b", "a\\b", "$(a)", "a\rb", "a\x00"])
def test_what_could_end_a_string_or_a_comment_never_stands_bare(text: str) -> None:
    with pytest.raises(ValueError, match="can't stand bare"):
        render("# @{x!}", "python", {"x": text})


def test_a_map_never_stands_bare() -> None:
    with pytest.raises(ValueError, match="can't stand bare"):
        render("@{x!}", "python", {"x": {"a": "b"}})


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("@{x}", "python", {})


@pytest.mark.parametrize(
    ("language", "one", "none"),
    [
        ("python", '{"A": "b"}', "{}"),
        ("yaml", '{"A": "b"}', "{}"),
        ("javascript", '{ "A": "b" }', "{}"),
        ("go", '{"A": "b"}', "{}"),
        ("java", '"A", "b"', ""),
        ("shell", """'{"A":"b"}'""", "'{}'"),
    ],
)
def test_maps_in_each_language(language: str, one: str, none: str) -> None:
    assert LITERALS[language]({"A": "b"}) == one
    assert LITERALS[language]({}) == none
