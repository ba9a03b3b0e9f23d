"""`pt catalog`: what is known of each model on a day, with the page and date it comes from."""

from datetime import date
from decimal import Decimal
from typing import Any

import click

from scripts._shared import as_of_option, json_option, judged_on, print_json, table, usd
from throughput import catalogue
from throughput.catalogue import ModelRow
from throughput.problems import ConfigError, Problem, did_you_mean
from throughput.sizing.categories import words

_ABOUT = "{count} models as of {day}; tables read on {read}, {age} days before. pt catalog show MODEL for everything."


@click.group()
def command() -> None:
    """Model facts as of a date: throughput, burndown, minimums, windows, places, lifecycle, prices; each with its source."""


@command.command("list")
@click.argument("text", required=False)
@click.option(
    "--publisher", metavar="NAME", help="Only models of this publisher, such as google or anthropic."
)
@click.option("--location", metavar="PLACE", help="Only models known to be offered there.")
@click.option("--text", "search", metavar="WORDS", help="Only models whose id, family or notes hold this.")
@click.option("--retired", is_flag=True, help="Retired models too.")
@click.option("--markdown", is_flag=True, help="As a page; docs/catalogue.md is made this way.")
@as_of_option
@json_option
def list_models(
    text: str | None,
    publisher: str | None,
    location: str | None,
    search: str | None,
    retired: bool,
    markdown: bool,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Every model with a row on that day."""
    day = judged_on(as_of)
    models = catalogue.load()
    if day < models.starts:
        raise ConfigError(f"the catalogue starts on {models.starts}; it says nothing about {day}.")
    rows = models.models(day)
    _known("publisher", publisher, {row.publisher for row in rows})
    _known("location", location, {place for row in rows for place in row.locations or ()})
    wanted = [part.lower() for part in (text, search) if part]
    found = [
        row
        for row in rows
        if (retired or not _gone(row, day))
        and publisher in (None, row.publisher)
        and (location is None or location in (row.locations or ()))
        and all(part in f"{row.model} {row.family} {row.notes}".lower() for part in wanted)
    ]
    if as_json:
        print_json({"asOf": day, "tablesRead": models.as_of, "models": [document(row, day) for row in found]})
        return
    if markdown:
        click.echo("\n".join(_page(found, day)))
        return
    click.echo("\n".join(_listing(found, day)))
    about = _ABOUT.format(count=len(found), day=day, read=models.as_of, age=models.age_days(day))
    hidden = 0 if retired else sum(_gone(row, day) for row in rows)
    click.echo(f"\n{about}" + (f" {hidden} retired ones: --retired." if hidden else ""))


@command.command()
@click.argument("model")
@as_of_option
@json_option
def show(model: str, as_of: date | None, as_json: bool) -> None:
    """Everything that is known of one model on that day, with sources and dates."""
    day = judged_on(as_of)
    row = catalogue.load().find(model, day)
    if as_json:
        print_json({"asOf": day, **document(row, day)})
        return
    click.echo("\n".join(sheet(row, day)))


def _known(what: str, given: str | None, allowed: set[str]) -> None:
    if given is not None and given not in allowed:
        hint = did_you_mean(given, allowed) or f"There are: {', '.join(sorted(allowed))}"
        raise ConfigError(Problem(message=f"no model has the {what} {given!r}.", hint=hint))


def _gone(row: ModelRow, day: date) -> bool:
    return row.lifecycle.retired(day) and row.lifecycle.retires_official


def _page(rows: list[ModelRow], day: date) -> list[str]:
    lines = [
        "# Models",
        "",
        f"As of {day}. Made by `pt catalog list --retired --markdown --as-of {day}`; everything about one model: `pt catalog show MODEL`.",
        "Rates are burndown units per unit; where a model has two tiers, those of the first. Prices and windows are in the sheet of a model.",
        "",
        "| model | per GSU | min GSU | burndown | offered in | lifecycle | source |",
        "|---|---:|---:|---|---|---|---|",
    ]
    for row in rows:
        rates = ", ".join(
            f"{words(name)} {_n(rate)}"
            for name, rate in row.tiers[0].rates.items()
            if name not in row.inferred
        )
        lines.append(
            f"| `{row.model}` | {_n(row.throughput_per_gsu)} {row.unit.replace('_', ' ')} | {row.min_gsu} | {rates} | "
            f"{_places(row)} | {_life(row, day)} | [{row.as_of}]({row.source}) |"
        )
    return lines


def _listing(rows: list[ModelRow], day: date) -> list[str]:
    cells = [["model", "per GSU", "unit", "min", "in", "out", "offered in", "lifecycle"]]
    cells += [
        [
            row.model,
            _n(row.throughput_per_gsu),
            row.unit.replace("_", " "),
            str(row.min_gsu),
            _first(row, ("input_text", "input_characters")),
            _first(row, ("output_text", "output_image", "output_characters", "video", "video_720p")),
            _places(row, short=True),
            _life(row, day, short=True),
        ]
        for row in rows
    ]
    return table(cells, right=(1, 3, 4, 5), indent="")


def sheet(row: ModelRow, day: date) -> list[str]:
    """One model as text."""
    facts = [
        ["family", f"{row.family}, publisher {row.publisher}" + (", open model" if row.open_model else "")],
        ["one GSU", f"{_n(row.throughput_per_gsu)} {row.unit.replace('_', ' ')}"],
        ["order", f"at least {row.min_gsu} GSU, in steps of {row.increment}"],
        ["offered in", _places(row)],
        ["lifecycle", _life(row, day)],
        ["row holds", f"from {row.valid_from}" + (f" until before {row.valid_to}" if row.valid_to else "")],
    ]
    lines = [row.model, *table(facts), "", "Burndown per unit"]
    for tier in row.tiers:
        if tier.boundary is not None:
            lines.append(f"  {tier}")
        lines += table(
            [
                [words(name), _n(rate), "inferred" if name in row.inferred else ""]
                for name, rate in tier.rates.items()
            ],
            right=(1,),
            indent="    ",
        )
    lines += _media(row)
    rule = "its own table" if row.windows_special else "the general rule"
    bands = ", ".join(f"from {band.from_gsus:,} GSU {band.window}" for band in row.windows)
    lines += ["", f"Enforcement windows ({rule})", f"  {bands}", f"  {row.windows_source}"]
    lines += _prices(row, day)
    lines += ["", "Source", f"  {row.source} ({row.as_of})"]
    for note in (row.notes, row.locations_note, *dict.fromkeys(row.inferred.values())):
        if note:
            lines.append(f"  {note}")
    return lines


def _media(row: ModelRow) -> list[str]:
    media = row.media
    found = [
        f"{count} tokens per {what}"
        for what, count in (
            ("input image", media.input_image),
            ("second of input audio", media.input_audio),
            ("second of input video", media.input_video),
        )
        if count is not None
    ]
    found += [f"{_n(count)} tokens per output image at {size}" for size, count in media.output_image.items()]
    found += [f"{_n(count)} tokens per second of {size} video" for size, count in media.output_video.items()]
    return ["", "Tokens", *(f"  {text}" for text in (*found, *media.notes))] if found else []


def _prices(row: ModelRow, day: date) -> list[str]:
    from throughput import prices
    from throughput.orders import Term

    book = prices.load()
    weekly = row.publisher == "google" and not row.open_model
    cells = [["per GSU", "global", "elsewhere"]]
    cells += [
        [
            f"{term.words}",
            *(
                f"{usd(book.gsu_period(term, place))} a {book.terms[term].per}"
                for place in ("global", "elsewhere")
            ),
        ]
        for term in Term
        if weekly or term is not Term.WEEK
    ]
    lines = ["", "Prices (USD list)", *table(cells, right=(1, 2))]
    place = "global" if row.locations is None or "global" in row.locations else row.locations[0]
    channels = ("standard", "priority", "flex", "batch")
    listed = [["pay-as-you-go", *channels, ""]]
    for name in row.categories:
        found = [book.paygo(row.model, name, channel, place, day) for channel in channels]
        if found[0] is not None:
            listed.append(
                [
                    words(name),
                    *("–" if price is None else f"${price.listed_usd.normalize():f}" for price in found),
                    f"per {found[0].per}, {found[0].confidence}",
                ]
            )
    if len(listed) > 1:
        lines += ["", *table(listed, right=(1, 2, 3, 4))]
    for size, tokens in row.media.output_image.items():
        price = book.paygo(row.model, "output_image", "standard", place, day)
        half = book.paygo(row.model, "output_image", "batch", place, day)
        if price is not None:
            batch = f", batch ${half.usd * tokens:.4f}" if half else ""
            lines.append(
                f"  an image at {size}: ${price.usd * tokens:.4f}{batch}, prompt and thinking on top"
            )
    for kind in ("paygo", "pt"):
        offer = book.promotion(row.model, kind, day)
        if offer is not None:
            lines.append(f"  until {offer.last_day}: {offer.name}, {offer.payout} ({offer.confidence})")
    return [*lines, f"  {book.note_for(row.publisher)}"]


def document(row: ModelRow, day: date) -> dict[str, Any]:
    """One model as JSON."""
    life = row.lifecycle
    return {
        "model": row.model,
        "family": row.family,
        "publisher": row.publisher,
        "openModel": row.open_model,
        "preview": row.preview,
        "orderable": row.orderable and not _gone(row, day),
        "unit": row.unit,
        "throughputPerGsu": row.throughput_per_gsu,
        "minGsu": row.min_gsu,
        "increment": row.increment,
        "tiers": [
            {"operator": tier.operator, "boundary": tier.boundary, "rates": dict(tier.rates)}
            for tier in row.tiers
        ],
        "inferred": dict(row.inferred),
        "locations": row.locations,
        "locationsNote": row.locations_note,
        "windows": [
            {"fromGsus": band.from_gsus, "lowSeconds": band.window.low_s, "highSeconds": band.window.high_s}
            for band in row.windows
        ],
        "windowsSource": row.windows_source,
        "lifecycle": {
            "launch": life.launch,
            "retires": life.retires,
            "retiresSource": life.retires_source,
            "notBefore": life.not_before,
            "shortTerm": life.short_term,
            "replacedBy": life.replaced_by,
            "retired": life.retired(day),
        },
        "validFrom": row.valid_from,
        "validTo": row.valid_to,
        "tableAsOf": row.as_of,
        "source": row.source,
        "notes": row.notes,
    }


def _places(row: ModelRow, *, short: bool = False) -> str:
    if row.locations is None:
        return "not established" if not short else "?"
    if short and len(row.locations) > 4:
        return f"{', '.join(row.locations[:3])} +{len(row.locations) - 3}"
    return ", ".join(row.locations)


def _life(row: ModelRow, day: date, *, short: bool = False) -> str:
    life, parts = row.lifecycle, []
    if life.launch and not short:
        parts.append(f"available since {life.launch}")
    if life.retires is not None:
        verb = "RETIRED" if life.retired(day) else "retires"
        parts.append(f"{verb} {life.retires}" + ("" if life.retires_official else " (third party)"))
    elif life.not_before is not None and not short:
        parts.append(f"not retired before {life.not_before}")
    if life.short_term:
        parts.append("short-term" if short else "short-term model: retired 45 days after its replacement")
    if row.preview:
        parts.append("preview")
    if life.replaced_by and not short:
        parts.append(f"replaced by {life.replaced_by}")
    if not row.orderable:
        parts.append("a label of an old table, not orderable")
    return ", ".join(parts) or ("" if short else "no date known")


def _first(row: ModelRow, names: tuple[str, ...]) -> str:
    return next((_n(row.tiers[0].rates[name]) for name in names if name in row.tiers[0].rates), "")


def _n(value: Decimal) -> str:
    return f"{value.normalize():,f}"
