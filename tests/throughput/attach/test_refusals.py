"""What isn't touched, and that the reason is said."""

import pytest

from tests.throughput.attach.wanted import wanted
from throughput.attach.files import attach, detach
from throughput.attach.kinds import Kind
from throughput.attach.nodes import Refused

_ONE = "model_list:\n  - litellm_params:\n      model: vertex_ai/gemini-3.8-flash\n"
_HEADER = "X-Vertex-AI-LLM-Request-Type"

REFUSED = {
    "another label": (
        "c.yaml",
        _ONE + "      labels: {dedicated-capacity: other}\n",
        "",
        "is other, and the order says chat",
    ),
    "another header": (
        "c.yaml",
        _ONE + f"      extra_headers: {{{_HEADER}: shared}}\n",
        "",
        "--force replaces it",
    ),
    "a number for a label": ("c.yaml", "a: {labels: {dedicated-capacity: 5}}\n", "a", "is 5"),
    "another spelling": (
        "c.yaml",
        _ONE + f"      extra_headers:\n        {_HEADER.lower()}: dedicated\n",
        "",
        "another spelling",
    ),
    "a header of another mode": (
        "c.yaml",
        _ONE + "      extra_headers:\n        x-vertex-ai-llm-shared-request-type: flex\n",
        "",
        "routing doesn't send",
    ),
    "an anchor": ("c.yaml", "x: &pt {a: 1}\n" + _ONE, "", "anchor or alias"),
    "a merge": (
        "c.yaml",
        "model_list:\n  - litellm_params:\n      <<: {a: 1}\n      model: vertex_ai/x\n",
        "",
        "merge key",
    ),
    "a template": ("v.yaml", "{{- if .Values.x }}\na: 1\n{{- end }}\n", "a", "a template, not YAML"),
    "broken YAML": ("v.yaml", "a: [1\n", "a", "isn't readable as YAML"),
    "a key twice": ("v.yaml", "a:\n  b: 1\n  b: 2\n", "a", "twice"),
    "a null parent": ("v.yaml", "a:\n  b:\n", "a.b", "is empty (null)"),
    "a null headers": ("c.yaml", _ONE + "      extra_headers:\n", "", "is empty (null)"),
    "a value for a parent": ("v.yaml", "a: text\n", "a", "not a mapping"),
    "a list for a parent": ("v.yaml", "a: [1]\n", "a", "is a list"),
    "an entry that isn't there": ("v.yaml", "a:\n- b: 1\n", "a[3]", "no entry"),
    "an empty document": ("v.yaml", "", "a", "is empty"),
    "two documents with the path": (
        "v.yaml",
        "a: {b: 1}\n---\na: {b: 2}\n",
        "a",
        "2 of the file's documents",
    ),
    "no path": ("v.yaml", "a: 1\n", "", "--path names"),
    "no known name": ("config", "a: 1\n", "a", "--kind"),
    "no deployment of the model": (
        "c.yaml",
        _ONE.replace("3.8", "2.5"),
        "",
        "calls vertex_ai/gemini-2.5-flash",
    ),
    "another location": (
        "c.yaml",
        _ONE + "      vertex_location: us-central1\n",
        "",
        "vertex_location us-central1",
    ),
    "another project": ("c.yaml", _ONE + "      vertex_project: else\n", "", "vertex_project else"),
    "a wildcard": ("c.yaml", "model_list:\n- litellm_params: {model: vertex_ai/*}\n", "", "wildcard"),
    "the Developer API": (
        "c.yaml",
        "model_list:\n- litellm_params: {model: gemini/gemini-3.8-flash}\n",
        "",
        "through Vertex AI",
    ),
    "JSON twice": ("a.json", '{"a": {"b": 1, "b": 2}}', "a", "twice"),
    "broken JSON": ("a.json", '{"a": }', "a", "not readable as JSON"),
    "JSON null": ("a.json", '{"a": null}', "a", "is empty (null)"),
    "JSON list": ("a.json", '{"a": []}', "a", "is a list"),
    "JSON with more behind it": ("a.json", "{} {}", "a", "something follows"),
    "broken TOML": ("a.toml", "a = \n", "a", "not readable as TOML"),
    "TOML twice": ("a.toml", "a = 1\na = 2\n", "a", "not readable as TOML"),
    "another TOML value": ("a.toml", f'[a.headers]\n{_HEADER} = "shared"\n', "a", "is shared"),
    "another TOML spelling": (
        "a.toml",
        f'[a.headers]\n{_HEADER.lower()} = "dedicated"\n',
        "a",
        "another spelling",
    ),
    "a TOML value for a table": ("a.toml", "a = 1\n", "a", "no table"),
    "an env key twice": ("a.env", "A=1\nA=2\n", "", "twice"),
    "another env value": ("a.env", "VERTEX_LABELS={}\n", "", "VERTEX_LABELS is {}"),
    "another env project": ("a.env", "GOOGLE_CLOUD_PROJECT=else\n", "", "the order is for acme-prod"),
    "an env template": ("a.env", "{{ x }}\n", "", "a template"),
    "properties twice": (
        "a.properties",
        "spring.ai.google.genai.location=global\nspring.ai.google.genai.location=global\n",
        "",
        "twice",
    ),
    "properties of something else": ("a.properties", "a=1\n", "", "there is no spring.ai.google.genai"),
    "another Spring model": (
        "a.properties",
        "spring.ai.google.genai.chat.options.model=gemini-x\n",
        "",
        "is gemini-x",
    ),
    "another Spring location": ("a.yml", "spring.ai.google.genai.location: eu\n", "", "is eu"),
    "a folded file in a ConfigMap": (
        "m.yaml",
        "kind: ConfigMap\ndata:\n  c.yaml: >\n    model_list: []\n",
        "",
        "literal block",
    ),
    "a ConfigMap of something else": ("m.yaml", "kind: ConfigMap\ndata: {A: b}\n", "", "--path names it"),
    "an anchor in a ConfigMap": (
        "m.yaml",
        "kind: ConfigMap\ndata:\n  c.yaml: |\n    a: &x 1\n    model_list: []\n",
        "",
        "anchor",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str) -> None:
    file, text, path, reason = REFUSED[name]
    with pytest.raises(Refused) as caught:
        attach(file, text.encode(), None, wanted(path), order="chat", stack="prod")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "path"),
    [
        (
            "c.yaml",
            _ONE
            + f"      extra_headers: {{{_HEADER}: shared}}  # x\n      labels: {{dedicated-capacity: 'o'}}\n",
            "",
        ),
        ("c.yaml", "a: {labels: {dedicated-capacity: 5}}\n", "a"),
        ("c.json", '{"a": {"labels": {"dedicated-capacity": 5}}}', "a"),
        ("c.toml", f"[a]\nheaders.{_HEADER} = 'shared' # x\r\n", "a"),
        ("c.env", "export VERTEX_LABELS='{}' # none\n", ""),
        ("c.properties", "spring.ai.google.genai.chat.labels.dedicated-capacity : old\n", ""),
    ],
)
def test_force_replaces_and_detach_puts_it_back(file: str, text: str, path: str) -> None:
    done = attach(file, text.encode(), None, wanted(path, force=True), order="chat", stack="prod")
    assert done.data != text.encode()
    assert detach(file, done.data, done.sidecar).data == text.encode()


def test_what_people_attached_themselves_stays() -> None:
    text = (
        _ONE + f"      extra_headers: {{{_HEADER}: dedicated}}\n      labels: {{dedicated-capacity: chat}}\n"
    ).encode()
    assert attach("c.yaml", text, None, wanted(), order="chat", stack="prod").data == text
    assert detach("c.yaml", text, None).data == text


def test_two_orders_in_one_file_come_out_again() -> None:
    text = (_ONE + "  - litellm_params:\n      model: vertex_ai/claude-haiku-5-5\n").encode()
    first = attach("c.yaml", text, None, wanted(), order="chat", stack="prod")
    second = attach("c.yaml", first.data, None, wanted(claude=True), order="claude", stack="prod")
    assert len(second.records) == 2
    assert attach("c.yaml", second.data, None, wanted(), order="chat", stack="prod").data == second.data
    assert detach("c.yaml", second.data, None).data == text


def test_a_damaged_record_is_refused() -> None:
    done = attach("c.yaml", _ONE.encode(), None, wanted(), order="chat", stack="prod")
    with pytest.raises(Refused, match="damaged"):
        detach("c.yaml", done.data.replace(b"v1:", b"v1:AAAA"), None)


def test_line_ends_turned_over_since_then_are_followed() -> None:
    done = attach("c.yaml", _ONE.encode(), None, wanted(), order="chat", stack="prod")
    assert (
        detach("c.yaml", done.data.replace(b"\n", b"\r\n"), None).data == _ONE.replace("\n", "\r\n").encode()
    )


def test_the_kind_can_be_said() -> None:
    done = attach("config", _ONE.encode(), None, wanted(), order="chat", stack="prod", kind=Kind.LITELLM)
    assert detach("config", done.data, None).data == _ONE.encode()


@pytest.mark.parametrize("inside", [False, True], ids=["file", "configmap"])
def test_a_key_added_to_what_was_put_in_is_not_orphaned(inside: bool) -> None:
    text = _ONE
    if inside:
        text = "kind: ConfigMap\ndata:\n  c.yaml: |\n" + "".join(
            f"    {line}\n" for line in _ONE.splitlines()
        )
    done = attach("m.yaml", text.encode(), None, wanted(), order="chat", stack="prod")
    line = next(
        line for line in done.data.decode().splitlines(keepends=True) if "dedicated-capacity:" in line
    )
    edited = done.data.decode().replace(line, line + line.replace("dedicated-capacity: chat", "team: x"))
    with pytest.raises(Refused, match="something was added"):
        detach("m.yaml", edited.encode(), None)


def test_equal_deployments_come_out_after_edits_between_them() -> None:
    text = "model_list:\n" + _ONE.partition("\n")[2] * 6
    done = attach("c.yaml", text.encode(), None, wanted(), order="chat", stack="prod").data.decode()
    assert detach(
        "c.yaml", done.replace("litellm_params:", "litellm_params: # 1", 2).encode(), None
    ).data == (text.replace("litellm_params:", "litellm_params: # 1", 2).encode())
