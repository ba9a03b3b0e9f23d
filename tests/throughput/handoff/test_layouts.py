"""Record, review and import touch only the keys they are about, in every layout that people write."""

import difflib
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.throughput.handoff.layouts import Layout, layouts
from throughput.config.loader import LoadedStack, read_stack
from throughput.handoff.edits import Edit, Edited, Refused, difference, edit_stack
from throughput.handoff.recording import Seen, edits_between, record
from throughput.handoff.stack_text import remove_key, scalar, set_value
from throughput.orders import Decision, Order, Renewal, Status

ALL = list(layouts())
AS_OF = date(2026, 12, 10)
SEEN = Seen(
    order_id="4815162342",
    status=Status.ACTIVE,
    start=datetime(2026, 12, 1, 8, 30, tzinfo=UTC),
    end=datetime(2027, 1, 1, 8, 30, tzinfo=UTC),
    gsus=45,
    effective=date(2026, 12, 1),
)
TOUCHED = ("orderId", "status", "start", "end", "confirmed", "renewal", "autoRenew", "nextTermGsus")


def load(data: bytes) -> LoadedStack:
    return read_stack("prod", "stacks/Pulumi.prod.yaml", data)


def edit(data: bytes, edits: tuple[Edit, ...], meant: Order) -> Edited:
    return edit_stack(load(data), data, edits, {meant.name: meant}, AS_OF, {})


def recorded(layout: Layout) -> tuple[bytes, bytes]:
    found = record(load(layout.data).ledger["chat"], SEEN, AS_OF, {})
    return layout.data, edit(layout.data, found.edits, found.order).data


def reviewed(data: bytes) -> bytes:
    before = load(data).ledger["chat"]
    review = Renewal(
        decision=Decision.RESIZE,
        for_term_ending=date(2027, 1, 1),
        reviewed_by="approver@example.com",
        reviewed_on=AS_OF,
        reason='it\'s quieter: 30 # is "enough"',
    )
    after = replace(before, auto_renew=True, next_term_gsus=30, renewal=review)
    return edit(data, edits_between(before, after), after).data


def assert_only_touched(old: bytes, new: bytes) -> None:
    """Whatever was taken out of the old text stood in the value of a touched key; everything else is there, in its order."""
    before, after = old.decode(), new.decode()
    matcher = difflib.SequenceMatcher(None, _tokens(before), _tokens(after), autojunk=False)
    gone = "".join(
        "".join(_tokens(before)[start:end])
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag != "insert" and tag != "equal"
    )
    assert re.fullmatch(r"(approved|~|['\"])*", gone), gone
    comments = re.findall(r"#[^\n\r]*", before)
    assert re.findall(r"#[^\n\r]*", re.sub(r"30 # is", "", after)) == comments


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+|\s|[^\w\s]", text)


def test_there_are_at_least_forty_layouts() -> None:
    assert len(ALL) >= 40
    assert len({layout.data for layout in ALL}) == len(ALL)


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
class TestEveryLayout:
    def test_keeps_every_untouched_byte_of_a_recorded_purchase(self, layout: Layout) -> None:
        old, new = recorded(layout)
        order = load(new).ledger["chat"]
        assert (order.order_id, order.status, order.start, order.end) == (
            SEEN.order_id,
            SEEN.status,
            SEEN.start,
            SEEN.end,
        )
        assert_only_touched(old, new)

    def test_keeps_its_line_ends_and_its_last_newline(self, layout: Layout) -> None:
        old, new = recorded(layout)
        if b"\r\n" in old:
            assert b"\n" not in new.replace(b"\r\n", b"")
        else:
            assert b"\r" not in new
        assert old.endswith(b"\n") == new.endswith(b"\n")
        assert old.startswith(b"\xef\xbb\xbf") == new.startswith(b"\xef\xbb\xbf")

    def test_leaves_the_other_order_alone(self, layout: Layout) -> None:
        old, new = recorded(layout)
        assert load(new).ledger["other"] == load(old).ledger["other"]
        assert load(new).environment == load(old).environment

    def test_is_the_same_after_recording_it_again(self, layout: Layout) -> None:
        _, new = recorded(layout)
        again = record(load(new).ledger["chat"], SEEN, AS_OF, {})
        assert again.edits == ()
        assert edit(new, again.edits, again.order).data == new

    def test_takes_a_review_and_gives_it_back(self, layout: Layout) -> None:
        """What a review adds can be taken away again, and the bytes are the ones from before."""
        _, new = recorded(layout)
        with_review = reviewed(new)
        assert_only_touched(new, with_review)
        back = with_review
        for key in ("renewal", "nextTermGsus", "autoRenew"):
            back = remove_key(back, ("config", "vertex-throughput:orders", "chat", key))
        assert back == new

    def test_shows_a_difference_that_names_only_touched_keys(self, layout: Layout) -> None:
        old, new = recorded(layout)
        shown = difference("stacks/Pulumi.prod.yaml", old, new)
        assert shown.startswith("--- a/stacks/Pulumi.prod.yaml\n+++ b/stacks/Pulumi.prod.yaml\n")
        changed = [line[1:].strip() for line in shown.splitlines()[2:] if line[:1] in "+-"]
        # A key added after a last line without a newline shows that line twice, as git does.
        rest = [line for line in changed if line and not any(key in line for key in TOUCHED)]
        assert rest == [] or (len(rest) == 2 and rest[0] == rest[1] and not old.endswith(b"\n"))


class TestAnEditThatCannotBeMadeIsRefused:
    def test_where_the_rules_refuse_it(self) -> None:
        layout = ALL[0]
        order = load(layout.data).ledger["chat"]
        lower = replace(order, gsus=30)
        with pytest.raises(Refused, match=r"(?i)nothing about an approved order can be changed"):
            edit(layout.data, (Edit(order="chat", key="gsus", value=30),), lower)

    def test_where_the_loader_refuses_it(self) -> None:
        layout = ALL[0]
        order = load(layout.data).ledger["chat"]
        with pytest.raises(Refused, match="needs its end"):
            edit(
                layout.data,
                (Edit(order="chat", key="status", value="active"),),
                replace(order, status=Status.ACTIVE),
            )

    def test_where_it_says_something_else_than_was_meant(self) -> None:
        layout = ALL[0]
        order = load(layout.data).ledger["chat"]
        with pytest.raises(Refused, match="can't be edited without touching more"):
            edit(layout.data, (Edit(order="chat", key="owner", value="a"),), replace(order, owner="b"))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40))
def test_any_text_survives_as_a_scalar(text: str) -> None:
    import yaml

    for style in (None, "'", '"', "plain"):
        written = scalar(text, style)
        assert "\n" not in written
        for document in (f"a: {written} # c\nb: 1\n", f"a: {{x: {written}, y: 1}}\n"):
            read: Any = yaml.safe_load(document)["a"]
            value = read["x"] if isinstance(read, dict) else read
            # A plain date stays a date to this reader; the project's own reads it as text.
            assert value == text or str(value) == text


@given(
    st.sampled_from(ALL),
    st.sampled_from(["owner", "notes", "label"]),
    st.text(alphabet="abc '\"#:-{}[],&*!|>%@`ä🚀", min_size=1, max_size=20),
)
def test_setting_and_removing_a_key_is_no_change(layout: Layout, key: str, text: str) -> None:
    path = ("config", "vertex-throughput:orders", "chat", key)
    if key.encode() in layout.data:
        return
    assert remove_key(set_value(layout.data, path, text), path) == layout.data
