"""Edits: text put in place of text, undone in reverse, also after the file was changed elsewhere."""

from dataclasses import dataclass

from throughput.attach.nodes import Refused

_CONTEXT = 60


@dataclass(frozen=True, kw_only=True)
class Edit:
    """At `at` characters into the text, `old` became `new`; `before` and `after` stood around it."""

    at: int
    old: str
    new: str
    before: str
    after: str


def edit(text: str, start: int, end: int, new: str) -> tuple[str, Edit]:
    """Make one edit; gives the new text and the record of it."""
    made = Edit(
        at=start,
        old=text[start:end],
        new=new,
        before=text[max(0, start - _CONTEXT) : start],
        after=text[end : end + _CONTEXT],
    )
    return text[:start] + new + text[end:], made


def undo(text: str, edits: list[Edit]) -> str:
    """Take edits back, the last one first. Raises `Refused` when the text of one can't be found any more."""
    for made in reversed(edits):
        text = _undo(text, made)
    return text


def _undo(text: str, made: Edit) -> str:
    for form in _forms(made):
        found = text[: form.at] if text.startswith(form.new, form.at) else None
        after = form.at + len(form.new)
        if found is not None and found.endswith(form.before) and text.startswith(form.after, after):
            return found + form.old + text[after:]
        for size in (_CONTEXT, 30, 12, 4, 0):
            before, behind = form.before[max(0, len(form.before) - size) :], form.after[:size]
            for head, tail in ((before, behind), (before, ""), ("", behind)):
                places = _places(text, head + form.new + tail)
                if places and (len(places) == 1 or size >= 30):
                    # Equal text between equal neighbours: whichever goes, the result is the same there.
                    start = min(places, key=lambda place: abs(place - form.at)) + len(head)
                    return text[:start] + form.old + text[start + len(form.new) :]
    raise Refused(
        f"what was attached was changed or removed since: {made.new.strip()!r} isn't there in one place. "
        "Take it out by hand, with the comment of pt attach."
    )


def _forms(made: Edit) -> list[Edit]:
    """The edit as made, and as it looks after a tool turned the file's line ends over."""
    forms = [made]
    for source, target in (("\r\n", "\n"), ("\n", "\r\n")):
        turned = [
            part.replace("\r\n", "\n").replace("\n", target)
            for part in (made.old, made.new, made.before, made.after)
        ]
        if source in made.new and turned[1] != made.new:
            forms.append(Edit(at=made.at, old=turned[0], new=turned[1], before=turned[2], after=turned[3]))
    return forms


def _places(text: str, wanted: str) -> list[int]:
    places, at = [], text.find(wanted)
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + 1)
    return places


def eol_of(text: str, at: int = 0) -> str:
    """The line end used around a place: that of its line, else of the one before, else a newline."""
    end = text.find("\n", at)
    if end < 0:
        end = text.rfind("\n", 0, at)
    if end < 0:
        return "\n"
    return "\r\n" if text[end - 1 : end] == "\r" else "\n"


def line_end(text: str, at: int) -> int:
    """The end of the line at a place, before its line break."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if end > at and text[end - 1] == "\r" else end
