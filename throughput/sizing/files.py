"""Workloads from a YAML file: a list under `workloads`, one mapping each, in the words of the command line."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from throughput.names import location
from throughput.problems import ConfigError, Problem, nearest
from throughput.sizing.categories import CATEGORIES, canonical
from throughput.sizing.workload import LIMIT, Live, Workload, refuse

COUNTS: Mapping[str, str] = {
    "input_images": "input_image_count",
    "input_audio_seconds": "input_audio_length",
    "input_video_seconds": "input_video_length",
    "output_images": "output_image_count",
    "output_video_seconds": "output_video_length",
}
_TEXT = ("name", "model", "location", "image_size", "video_size")
_RATES = ("qps", "peak")
_NUMBERS = ("largest", "tuned_premium")
_LIVE = ("sessions", "turns", "session_seconds", "context")
_ALLOWED = "Allowed: 0 to 1,000,000,000,000"
# Exact arithmetic on numbers with thousands of digits would take forever, and nobody means them.
_LONGEST, _SMALLEST = 60, -18
KEYS = (*_TEXT, *_RATES, *_NUMBERS, *_LIVE, *COUNTS, "video_audio", "avatar", "percentile")


def number(name: str, value: Any) -> Decimal:
    """A quantity from 0 to 10^12. Raises `ConfigError` for anything else."""
    shown = name.replace("_", "-")
    try:
        text = "" if isinstance(value, bool) else str(value).replace(",", "").replace("_", "")
        found = Decimal(text if len(text) <= _LONGEST else "")
    except (InvalidOperation, ValueError):
        raise refuse(f"{shown}: {str(value)[:_LONGEST]!r} is no number.", _ALLOWED) from None
    if not found.is_finite() or found < 0 or found > LIMIT or (found and found.adjusted() < _SMALLEST):
        raise refuse(f"{shown}: {value} is out of range.", _ALLOWED)
    return found


def rate(name: str, value: Any) -> Fraction:
    """A rate such as 10, 0.3 or 10/30. Raises `ConfigError`."""
    above, slash, below = str(value).partition("/")
    bottom = number(name, below) if slash else Decimal(1)
    if not bottom:
        raise refuse(f"{name}: {value!r} divides by zero.", "Allowed: 10, 0.3 or 10/30")
    return Fraction(number(name, above)) / Fraction(bottom)


def rate_at(values: Any, percentile: Decimal) -> Fraction:
    """The rate to size for: one rate, or the percentile (nearest rank) of several measured ones."""
    listed = values if isinstance(values, list | tuple) else str(values).split(",")
    rates = sorted(rate("qps", value) for value in listed)
    if not 0 < percentile <= 100:
        raise refuse(f"percentile: {percentile} is out of range.", "Allowed: above 0, up to 100")
    rank = -(-Fraction(percentile) * len(rates) // 100)
    return rates[max(0, int(rank) - 1)]


def mean(values: Any) -> Fraction:
    """The average of one or several rates."""
    listed = values if isinstance(values, list | tuple) else str(values).split(",")
    rates = [rate("qps", value) for value in listed]
    return sum(rates, Fraction(0)) / len(rates)


def workload(raw: Mapping[str, Any]) -> Workload:
    """A workload from words and values, as the file and the command line give them. Raises `ConfigError`."""
    given = {
        canonical(str(key)) if canonical(str(key)) in CATEGORIES else _snake(key): value
        for key, value in raw.items()
        if value is not None
    }
    for key in given:
        if key not in KEYS and key not in CATEGORIES:
            near = nearest(key, [*KEYS, *CATEGORIES])
            raise refuse(
                f"unknown key {key!r} in a workload.",
                f"Did you mean {near}?"
                if near
                else f"Allowed: {', '.join(KEYS)} and categories such as input-text",
            )
    if not isinstance(given.get("model"), str):
        raise refuse("a workload needs a model.", "All: pt catalog list")
    values: dict[str, Any] = {key: str(given[key]) for key in _TEXT if key in given}
    if "location" in values:
        try:
            location(values["location"])
        except ValueError as error:
            raise refuse(f"location: {values['location']!r}; {error}") from error
    values |= {key: number(key, given[key]) for key in _NUMBERS if key in given}
    if values.get("largest", 1) < 1:
        raise refuse(f"largest: {given['largest']} is below the average request.", "Allowed: 1 or more")
    values |= {COUNTS[key]: number(key, given[key]) for key in COUNTS if key in given}
    with_audio = given.pop("video_audio") if isinstance(given.get("video_audio"), bool) else None
    values["quantities"] = {
        key: number(key, given[key]) for key in given if key in CATEGORIES and key not in COUNTS
    }
    if with_audio is not None:
        values["video_audio"] = with_audio
    values |= _rates_of(given)
    live = _live(given)
    if live is None and not values.get("qps"):
        raise refuse(
            "the rate is missing or zero.", "--qps REQUESTS_PER_SECOND, or --sessions for a Live model"
        )
    return Workload(**values, live=live)


def _rates_of(given: Mapping[str, Any]) -> dict[str, Any]:
    peak = rate("peak", given.get("peak", 1))
    if peak < 1:
        raise refuse(
            f"peak: {given['peak']} is below the average.",
            "Allowed: 1 or more, the peak as a multiple of --qps",
        )
    if "qps" not in given:
        return {"peak": peak}
    average = mean(given["qps"])
    sized = rate_at(given["qps"], number("percentile", given.get("percentile", 100)))
    # The factor between the average and the percentile joins the peak, so that cost is of the average.
    return {"qps": average, "peak": peak * sized / average if average else peak}


def _live(given: Mapping[str, Any]) -> Live | None:
    if not any(key in given for key in _LIVE):
        return None
    missing = [key for key in ("sessions", "turns", "session_seconds") if not number(key, given.get(key, 0))]
    if missing:
        raise refuse(
            f"a Live workload needs {', '.join(key.replace('_', '-') for key in missing)} above zero.",
            "Give --sessions, --turns, --session-seconds, and --context if it is kept",
        )
    return Live(
        sessions=number("sessions", given["sessions"]),
        turns=number("turns", given["turns"]),
        session_seconds=number("session-seconds", given["session_seconds"]),
        context=number("context", given.get("context", 0)),
        avatar=bool(given.get("avatar", False)),
    )


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(Problem(file=str(path), message=f"can't be read: {error.strerror}")) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Problem(file=str(path), message="isn't text in UTF-8")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise ConfigError(Problem(file=str(path), line=line, message="isn't YAML")) from error


def mapping(path: Path) -> dict[str, Any]:
    """One workload's words from a YAML file that holds just a mapping. Raises `ConfigError`."""
    data = _yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(
            Problem(
                file=str(path),
                message="holds no mapping",
                hint="model: gemini-3.8-flash, qps: 10, inputText: 1000",
            )
        )
    return data


def read(path: Path) -> list[Workload]:
    """The workloads of a YAML file. Raises `ConfigError` that names the file and the workload."""
    data = _yaml(path)
    listed = data.get("workloads") if isinstance(data, dict) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        raise ConfigError(
            Problem(
                file=str(path),
                message="holds no list of workloads",
                hint="workloads: [{name: chat, model: gemini-3.8-flash, qps: 10, inputText: 1000, outputText: 300}]",
            )
        )
    found = []
    for index, item in enumerate(listed):
        try:
            found.append(workload(item))
        except ConfigError as error:
            place = f"workloads[{index}]"
            problems = [
                Problem(file=str(path), path=place, message=p.message, hint=p.hint) for p in error.problems
            ]
            raise ConfigError(problems) from error
    return found


def _snake(key: Any) -> str:
    return (
        "".join(f"_{char.lower()}" if char.isupper() else char for char in str(key))
        .replace("-", "_")
        .strip("_")
    )
