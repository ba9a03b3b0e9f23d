"""Random corruptions of the shipped stack files: each gives one clear report, never another exception."""

import random
import re
from pathlib import Path

import pytest

from throughput.config.loader import read_stack, stack_names
from throughput.problems import ConfigError

_VALUES = [
    "",
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "0",
    "1e400",
    ".nan",
    ".inf",
    "9" * 400,
    "'2027-13-01'",
    "2027-02-30",
    "~",
    "'\\'",
    '"',
    "!!binary x",
    "&a",
    "*a",
    "{",
    "]",
    "@",
    "%",
    "\t",
    "|",
    ">-",
    "? x",
    "- -",
    "\x07",
    "é" * 50,
    "2020-01-01T99:00:00Z",
    "0x1F",
    "1_000",
    "12:30:45",
    "'x' y",
    "<<: *b",
    "!tag {}",
]
_KEYS = [
    "gsuss",
    "Model",
    "term ",
    "'': 1 #",
    "on",
    "null",
    "1",
    "project",
    "correction",
    "supersededBy",
    "rules",
    "__proto__",
]


def corrupt(text: str, dice: random.Random) -> str:
    """One random edit, of the kinds that hands and merges make."""
    lines = text.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    line = lines[at]
    kind = dice.randrange(9)
    if kind == 0 and ":" in line:
        lines[at] = f"{line.partition(':')[0]}: {dice.choice(_VALUES)}\n"
    elif kind == 1 and ":" in line:
        indent = line[: len(line) - len(line.lstrip())]
        lines[at] = f"{indent}{dice.choice(_KEYS)}:{line.partition(':')[2]}"
    elif kind == 2:
        del lines[at]
    elif kind == 3:
        lines.insert(at, line)
    elif kind == 4:
        lines[at] = " " * dice.randrange(9) + line.lstrip()
    elif kind == 5:
        position = dice.randrange(len(text))
        return text[:position] + dice.choice("{}[]:#&*!|>'\"%@`,?-\x00\x1b\u2028\ufeff") + text[position:]
    elif kind == 6:
        return text[: dice.randrange(len(text))]
    elif kind == 7:
        lines.insert(at, dice.choice(("<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "---\n", "...\n")))
    else:
        lines[at] = line.replace("  ", "\t", 1)
    return "".join(lines)


@pytest.mark.parametrize("seed", range(400))
def test_a_corrupted_stack_file_gives_one_report_or_still_loads(root: Path, seed: int) -> None:
    dice = random.Random(seed)
    stack = dice.choice(stack_names(root))
    text = (root / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    for _ in range(dice.randrange(1, 4)):
        text = corrupt(text, dice) or "x"
    try:
        read_stack(stack, f"stacks/Pulumi.{stack}.yaml", text.encode())
    except ConfigError as error:
        for problem in error.problems:
            assert re.match(r"stacks/Pulumi\.\w+\.yaml(:\d+)?  \S", str(problem)), str(problem)
            assert "Traceback" not in str(problem)
            assert "pydantic" not in str(problem)


def test_most_corruptions_are_noticed(root: Path) -> None:
    """A loader that accepts everything would pass the test above."""
    noticed = 0
    text = (root / "stacks" / "Pulumi.local.yaml").read_text(encoding="utf-8")
    for seed in range(100):
        try:
            read_stack("local", "stacks/Pulumi.local.yaml", corrupt(text, random.Random(seed)).encode())
        except ConfigError:
            noticed += 1
    assert noticed >= 45
