"""The loader's promise: what is right loads, what is wrong is named with file, line, what was found and the nearest valid choice."""

import re
import textwrap
from pathlib import Path

import pytest

from throughput.config.loader import load_stack, read_stack, stack_names
from throughput.orders import Status, Term
from throughput.problems import ConfigError

GOOD = textwrap.dedent("""\
    # yaml-language-server: $schema=../schemas/stack.schema.json
    config:
      gcp:region: europe-west3
      vertex-throughput:environment:
        projects:
          acme-genai: {}
        approvers: [approver@example.com]
      vertex-throughput:orders:
        chat:
          model: gemini-3.8-flash
          location: global
          gsus: 45
          term: 3-months
          autoRenew: true
          status: active
          start: '2026-10-01'
          end: 2027-01-01
    """)


def load(text: str) -> str:
    """The problems of a file, as they are printed; empty when it loads."""
    try:
        read_stack("dev", "stacks/Pulumi.dev.yaml", text.encode())
    except ConfigError as error:
        return "\n".join(str(problem) for problem in error.problems)
    return ""


def test_a_good_file_loads_with_values_and_places() -> None:
    stack = read_stack("dev", "stacks/Pulumi.dev.yaml", GOOD.encode())
    chat = stack.ledger["chat"]
    assert (chat.project, chat.gsus, chat.term, chat.status) == (
        "acme-genai",
        45,
        Term.QUARTER,
        Status.ACTIVE,
    )
    assert chat.end is not None
    assert chat.end.isoformat() == "2027-01-01T00:00:00+00:00"
    assert stack.line("orders", "chat", "gsus") == 12
    assert stack.line("orders", "chat", "label") == 9  # not written: the order's own line


def test_the_form_the_cli_gives_dates_is_read_alike() -> None:
    assert load(GOOD.replace("end: 2027-01-01", "end: 2027-01-01 00:00:00 +0000 UTC")) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "gsus: 45",
            "gsus: 0",
            "stacks/Pulumi.dev.yaml:12  orders.chat.gsus: found 0; should be greater than or equal to 1",
        ),
        (
            "gsus: 45",
            "gsus: '45'",
            "stacks/Pulumi.dev.yaml:12  orders.chat.gsus: found '45'; a whole number is expected",
        ),
        ("gsus: 45", "gsus: 4.5", "orders.chat.gsus: found 4.5; a whole number is expected"),
        ("gsus: 45", "gsus: yes", "orders.chat.gsus: found 'yes'; a whole number is expected"),
        (
            "gsus: 45",
            "gsuss: 45",
            "stacks/Pulumi.dev.yaml:12  orders.chat.gsuss: unknown key\n  Did you mean gsus?",
        ),
        (
            "gsus: 45",
            "gsus: 45\n      gsus: 46",
            "stacks/Pulumi.dev.yaml:13  orders.chat.gsus: is there twice (first on line 12)",
        ),
        ("model: gemini-3.8-flash", "model: gemini-3.8-flsh", "isn't in the catalogue of"),
        (
            "model: gemini-3.8-flash",
            "model: gemini-3.8-flsh",
            "Did you mean gemini-3.8-flash? All: pt catalog list",
        ),
        (
            "term: 3-months",
            "term: 3-month",
            "found '3-month'; allowed: 1-week, 1-month, 3-months, 1-year\n  Did you mean 3-months?",
        ),
        ("status: active", "status: activ", "Did you mean active?"),
        (
            "location: global",
            "location: Global",
            "found 'Global'; allowed: global, us, eu or a region such as europe-west3",
        ),
        ("end: 2027-01-01", "end: 2027-02-30", "found '2027-02-30'; allowed: a date such as 2027-01-01"),
        ("end: 2027-01-01", "end: 01/02/2027", "allowed: a date such as 2027-01-01"),
        (
            "      start: '2026-10-01'\n      end: 2027-01-01\n",
            "",
            "an order with status active needs its end",
        ),
        ("autoRenew: true", "autoRenew: 1", "orders.chat.autoRenew"),
        (
            "  gcp:region: europe-west3",
            "  vertex-throughput:order: {}",
            "Did you mean vertex-throughput:orders?",
        ),
        ("config:", "confg:", "confg: unknown key"),
        (
            "        approvers: [approver@example.com]".replace("        ", "    "),
            "    approver: []",
            "Did you mean approvers?",
        ),
        ("acme-genai: {}", "Acme: {}", "30 lower-case letters"),
        ("acme-genai: {}", "acme-genai: {mode: creat}", "Did you mean create?"),
        ("acme-genai: {}", "acme-genai: {mode: create}", "needs a folder or an organization"),
        (
            "gsus: 45",
            "gsus: 45\n      project: acme-other",
            "'acme-other' isn't a project of this environment",
        ),
        ("gsus: 45", "gsus: &n 45\n      nextTermGsus: *n", "anchor or alias"),
        ("gsus: 45", "gsus: !!python/object:os.system 45", "YAML tag"),
        (
            "gsus: 45",
            "gsus: 45\n<<<<<<< HEAD\n=======\n      gsus: 46\n>>>>>>> other",
            "stacks/Pulumi.dev.yaml:13  a merge conflict is left in the file",
        ),
        ("gsus: 45", "gsus: 45\n\tterm: x", "isn't valid YAML"),
        ("gsus: 45", "gsus: " + "9" * 5000, "absurd number of 5000 digits"),
        ("gsus: 45", "gsus: " + "[" * 5000, "nested more than 40 levels"),
        ("gsus: 45", "gsus: 45\n      from: '../x'", "the name of an order"),
        ("gsus: 45", "gsus: 45\n      label: Chat", "up to 63 of a-z"),
        ("gsus: 45", "gsus: 45\n      orderId: ''", "1 to 256 characters"),
        ("chat:", "Chat:", "'Chat' can't name an order"),
        ("autoRenew: true", "nextTermGsus: 30", "nextTermGsus takes effect at an auto-renewal"),
        ("projects:\n      acme-genai: {}", "projects: {}", "environment.projects"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_is_meant(old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = load(GOOD.replace(old, new))
    assert said in found
    assert re.match(r"stacks/Pulumi\.dev\.yaml(:\d+)?  ", found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "[]\n",
        "42\n",
        "config:\n",
        "config: []\n",
        "a: b: c\n",
        "---\nconfig: {}\n---\nconfig: {}\n",
        "\ufeffconfig: {}\n",
    ],
)
def test_a_file_that_is_no_configuration_says_so_in_one_report(text: str) -> None:
    assert load(text).startswith("stacks/Pulumi.dev.yaml")


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    with pytest.raises(ConfigError, match=r"stacks/Pulumi\.dev\.yaml:2  isn't UTF-8 text: byte 0xff"):
        read_stack("dev", "stacks/Pulumi.dev.yaml", b"config:\n \xff\n")


def test_an_unknown_stack_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text(GOOD)
    assert stack_names(tmp_path) == ["prod"]
    with pytest.raises(ConfigError, match="there is no stack 'prd'") as refused:
        load_stack(tmp_path, "prd")
    assert "Did you mean prod?" in str(refused.value)
    assert load_stack(tmp_path, "prod").ledger["chat"].gsus == 45


@pytest.mark.parametrize("stack", ["../prod", "", "a/b", "x" * 300, "\0"])
def test_a_stack_name_cannot_leave_the_folder(tmp_path: Path, stack: str) -> None:
    (tmp_path / "stacks").mkdir()
    with pytest.raises(ConfigError):
        load_stack(tmp_path, stack)
