"""Client files against the ledger; what can't be read or holds nothing is never called fine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.doctor.support import PROJECT, bad, order
from throughput.doctor.client_files import file_findings
from throughput.doctor.facts import FileFacts, FileState
from throughput.doctor.findings import Outcome
from throughput.orders import Routing

CHAT = order()
ONLY = order("only", location="eu", routing=Routing.PT_ONLY)
ORDERS = [CHAT, ONLY]
PROBLEM, WARNING, UNKNOWN = Outcome.PROBLEM, Outcome.WARNING, Outcome.UNKNOWN

GOOD = f"""\
model_list:
  - model_name: gemini
    litellm_params:
      model: vertex_ai/gemini-3.8-flash
      vertex_project: {PROJECT}
      vertex_location: global
      labels: {{dedicated-capacity: chat}}
  - model_name: other
    litellm_params: {{model: openai/gpt-5}}
"""
DEDICATED = GOOD.replace("vertex_location: global", "vertex_location: eu").replace(
    "labels: {dedicated-capacity: chat}", "extra_headers: {X-Vertex-AI-LLM-Request-Type: dedicated}"
)

TABLE: list[tuple[str, str, list[tuple[str, Outcome]]]] = [
    ("c.yaml", GOOD, []),
    ("c.yaml", DEDICATED, []),
    ("c.yaml", GOOD.replace("global", "us-central1"), [("location", PROBLEM)]),
    ("c.yaml", GOOD.replace(PROJECT, "acme-dev"), [("project", PROBLEM)]),
    ("c.yaml", GOOD.replace("3.8-flash", "3.8-flash-preview"), [("model", PROBLEM)]),
    ("c.yaml", GOOD.replace("vertex_ai/", "gemini/"), [("developer-api", PROBLEM)]),
    ("c.yaml", GOOD.replace("      vertex_location: global\n", ""), [("location", PROBLEM)]),
    ("c.yaml", GOOD.replace("global", "os.environ/WHERE"), [("location", PROBLEM)]),
    ("c.yaml", GOOD.replace("chat}", "Chat}"), [("label", PROBLEM)]),
    ("c.yaml", GOOD.replace("chat}", "other}"), [("label", WARNING)]),
    ("c.yaml", DEDICATED.replace("dedicated}", "dedicatd}"), [("header-value", PROBLEM)]),
    ("c.yaml", DEDICATED.replace("dedicated}", "shared}"), [("routing", PROBLEM)]),
    (
        "c.yaml",
        DEDICATED.replace("Request-Type: dedicated", "Requst-Type: dedicated"),
        [("header-name", PROBLEM)],
    ),
    (
        "c.yaml",
        DEDICATED.replace("dedicated}", "dedicated, x-vertex-ai-llm-request-type: dedicated}"),
        [("header-twice", PROBLEM)],
    ),
    (
        "c.yaml",
        DEDICATED.replace("dedicated}", "dedicated, X-Vertex-AI-LLM-Shared-Request-Type: flex}"),
        [("header-undefined", PROBLEM)],
    ),
    ("c.yaml", "a: &a {model: gemini-3.8-flash, location: us}\nb: *a\n", [("location", PROBLEM)] * 2),
    ("c.yaml", "base: &b {location: us}\nllm: {<<: *b, model: gemini-3.8-flash}\n", [("location", PROBLEM)]),
    ("c.json", '{"llm": {"model": "gemini-3.8-flash", "location": "global", "project": "acme-prod"}}', []),
    ("c.json", '{"llm": {"model": "gemini-3.8-flash", "location": "us"}, // why\n}', [("location", PROBLEM)]),
    ("c.toml", '[llm]\nmodel = "gemini-3.8-flash"\nlocation = "us"\n', [("location", PROBLEM)]),
    (".env", f"GOOGLE_CLOUD_PROJECT={PROJECT}\nexport GOOGLE_CLOUD_LOCATION='global' # here\n", []),
    ("prod.env", f"GOOGLE_CLOUD_PROJECT={PROJECT}\nGOOGLE_CLOUD_LOCATION=us\n", [("location", PROBLEM)]),
    # Nothing in it, or unreadable: not fine, and not a problem of the client's either.
    ("c.yaml", "a: 1\n", [("nothing-found", UNKNOWN)]),
    ("c.yaml", "", [("nothing-found", UNKNOWN)]),
    ("c.yaml", "a: [", [("unreadable", UNKNOWN)]),
    ("c.yaml", "{{ if .Values.x }}\na: 1\n{{ end }}\n", [("unreadable", UNKNOWN)]),
    ("c.yaml", "a: " + "[" * 3000, [("unreadable", UNKNOWN)]),
    ("c.json", "{", [("unreadable", UNKNOWN)]),
    ("c.json", '{"a": 1, "a": 2}', [("unreadable", UNKNOWN)]),
    ("c.toml", "a = ", [("unreadable", UNKNOWN)]),
    ("c.env", "A='x", [("unreadable", UNKNOWN)]),
    ("c.ini", "a=1", [("unreadable", UNKNOWN)]),
]


def judged(name: str, data: bytes) -> list[tuple[str, Outcome]]:
    facts = FileFacts(path=name, state=FileState.FILE, mode=0o600, data=data)
    found = file_findings(facts, ORDERS)
    assert found
    assert all(one.message.isprintable() for one in found)
    return [(code.removeprefix("client-file/"), outcome) for code, outcome in bad(found)]


@pytest.mark.parametrize(("name", "text", "expected"), TABLE, ids=[str(n) for n in range(len(TABLE))])
def test_each_mismatch_is_found_and_nothing_else(
    name: str, text: str, expected: list[tuple[str, Outcome]]
) -> None:
    assert judged(name, text.encode()) == expected


def test_a_finding_names_file_line_and_deployment() -> None:
    facts = FileFacts(path="litellm.yaml", state=FileState.FILE, data=GOOD.replace("global", "us").encode())
    (found,) = [one for one in file_findings(facts, ORDERS) if one.outcome is PROBLEM]
    assert found.place == "litellm.yaml:6"
    assert found.message == (
        "gemini: vertex_location=us, but only is committed in eu and chat is committed in global: every call would be pay-as-you-go"
    )


@pytest.mark.parametrize("state", [one for one in FileState if one is not FileState.FILE])
def test_what_isnt_a_file_couldnt_be_checked(state: FileState) -> None:
    (found,) = file_findings(FileFacts(path="c.yaml", state=state), ORDERS)
    assert found.outcome is UNKNOWN


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * 1_000_001, b"\x00", b"a: \x00"])
def test_bytes_that_are_no_text_couldnt_be_checked(data: bytes) -> None:
    assert judged("c.yaml", data) == [("unreadable", UNKNOWN)]


def test_aliases_that_stand_for_millions_are_given_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert judged("c.yaml", "\n".join(lines).encode()) == [("unreadable", UNKNOWN)]


def test_without_an_active_order_it_is_skipped() -> None:
    facts = FileFacts(path="c.yaml", state=FileState.FILE, data=GOOD.encode())
    assert [one.outcome for one in file_findings(facts, [])] == [Outcome.SKIPPED]


@settings(max_examples=120)
@given(
    name=st.sampled_from(["c.yaml", "c.json", "c.toml", ".env", "c.jsonc"]),
    text=st.text(alphabet="{}[]:,\"'&*<->#= \n\tmodelvrtxa_i/g.3\\$", max_size=60),
)
def test_any_text_is_judged_without_a_traceback(name: str, text: str) -> None:
    judged(name, text.encode())
