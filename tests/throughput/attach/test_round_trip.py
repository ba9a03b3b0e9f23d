"""Files nobody wrote: nesting, comments, quotes and line ends at random. Attached or refused, the bytes always come back."""

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.throughput.attach.wanted import wanted
from throughput.attach.files import attach, detach
from throughput.attach.nodes import Refused

_word = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
_text = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x1F6FF, exclude_categories=("Cs", "Cc", "Co", "Cn")),
    max_size=8,
)
_scalar = st.one_of(
    st.integers(-99, 99).map(str), _word, _text.map(json.dumps), st.just("true"), st.just("{}")
)
_comment = st.sampled_from(["", "", " # note", "  # {[: 'é𝄞"])
_end = st.sampled_from(["\n", "\r\n"])
_bom = st.sampled_from(["", "\ufeff"])
_tree = st.recursive(
    _scalar,
    lambda inner: (
        st.dictionaries(_word, inner, min_size=1, max_size=3) | st.lists(inner, min_size=1, max_size=2)
    ),
    max_leaves=8,
)
_slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]" if isinstance(value, list) else str(value)


@st.composite
def _yaml(draw: st.DrawFn) -> str:
    step, lines = draw(st.sampled_from([2, 3, 4])), []

    def write(value: object, indent: int) -> None:
        assert isinstance(value, dict)
        for key, item in value.items():
            pad, note = " " * indent, draw(_comment)
            lines.extend(draw(st.lists(st.sampled_from(["", "# between", pad + "# inside"]), max_size=1)))
            if isinstance(item, dict) and draw(st.booleans()):
                lines.append(f"{pad}{key}:{note}")
                write(item, indent + step)
            elif not isinstance(item, dict) and draw(st.integers(0, 7)) == 0:
                lines.extend(
                    [
                        f"{pad}{key}: {draw(st.sampled_from(['|', '|-', '>', '|+']))}",
                        f"{pad}  one",
                        "",
                        f"{pad}  two",
                    ]
                )
            else:
                lines.append(f"{pad}{key}: {_flow(item)}{note}")

    client = draw(st.dictionaries(_word, _tree, min_size=1, max_size=3))
    write({"llm": {"client": client}, **draw(st.dictionaries(_word, _tree, max_size=2))}, 0)
    return _joined(draw, lines)


def _joined(draw: st.DrawFn, lines: list[str]) -> str:
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))
    text = "".join(line + ends[i % len(ends)] for i, line in enumerate(lines))
    return draw(_bom) + (text if draw(st.booleans()) else text.rstrip("\r\n"))


@st.composite
def _json(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    plain = st.recursive(
        st.none() | st.booleans() | st.integers() | _text,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
        max_leaves=8,
    )
    client = draw(st.dictionaries(_text.filter(lambda k: k not in ("headers", "labels")), plain, max_size=3))
    text = json.dumps(
        {"llm": {"client": client}, **draw(st.dictionaries(_text, plain, max_size=2))}, indent=indent
    )
    lines = text.split("\n")
    if draw(st.booleans()):
        lines = [line + draw(st.sampled_from(["", "", " // note {", " /* more */"])) for line in lines]
    return _joined(draw, lines)


@st.composite
def _toml(draw: st.DrawFn) -> str:
    values = st.sampled_from(
        ["1", '"x # y"', "'lit'", "[1, 2]", "{ a = 1 }", "1979-05-27", "true", '"""m\n[llm]\n"""']
    )
    pairs = st.dictionaries(_word.map("k_{}".format), values, max_size=3)
    lines = []
    for header in ("", *draw(st.permutations(["[llm.client]", "[other]", "[[many]]", "[llm]"]))):
        lines += [header + draw(_comment)] if header else []
        lines += [f"{key} = {value}{draw(_comment)}" for key, value in draw(pairs).items()]
        lines += draw(st.lists(st.sampled_from(["", "# note"]), max_size=1))
    return _joined(draw, lines)


@st.composite
def _env(draw: st.DrawFn) -> str:
    values = st.sampled_from(["", "1", '"a b"', "'x # y'", "a=b", "$HOME/x", "https://x/y"])
    pairs = draw(st.dictionaries(_word.map(str.upper), values, max_size=5))
    lines = [f"{draw(st.sampled_from(['', 'export ']))}{k}={v}{draw(_comment)}" for k, v in pairs.items()]
    return _joined(draw, lines)


@st.composite
def _properties(draw: st.DrawFn) -> str:
    values = st.sampled_from(["", "1", "a b", "a\\\n  b", "x=y", "\\u00e9"])
    pairs = draw(st.dictionaries(_word, values, max_size=5))
    lines = [f"{k}{draw(st.sampled_from(['=', ' = ', ': ']))}{v}" for k, v in pairs.items()]
    lines.insert(draw(st.integers(0, len(lines))), "spring.ai.google.genai.location=global")
    return _joined(draw, lines)


def _returns(name: str, text: str, path: str = "", *, may_refuse: bool = False) -> None:
    data = text.encode()
    try:
        done = attach(name, data, None, wanted(path, both=True), order="chat", stack="prod")
    except Refused:
        assert may_refuse, text
        return
    again = attach(name, done.data, done.sidecar, wanted(path, both=True), order="chat", stack="prod")
    assert (again.data, again.sidecar) == (done.data, done.sidecar)
    back = detach(name, done.data, done.sidecar)
    assert (back.data, back.sidecar) == (data, None)


@_slow
@given(_yaml())
@example("llm:\n  client:\n    a: |+\n      one\n\n\n")
def test_yaml(text: str) -> None:
    # A client that holds only a kept block scalar, or one under a scalar, is refused; most are attached.
    _returns("v.yaml", text, "llm.client", may_refuse=True)


@_slow
@given(_json())
def test_json(text: str) -> None:
    _returns("v.json", text, "llm.client", may_refuse=True)


@_slow
@given(_toml())
def test_toml(text: str) -> None:
    _returns("v.toml", text, "llm.client")


@_slow
@given(_env())
def test_env(text: str) -> None:
    _returns("v.env", text)


@_slow
@given(_properties())
def test_properties(text: str) -> None:
    _returns("v.properties", text)
