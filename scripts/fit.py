"""`pt fit`: which way to buy, for one workload. Computes and compares; it calls no gateway and orders nothing."""

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from scripts._shared import as_of_option, json_option, judged_on, passes_exit_code, print_json
from scripts._workload_options import workload_options
from throughput.orders import Term
from throughput.problems import ConfigError
from throughput.sizing import files
from throughput.sizing.workload import located, refuse

_NEEDS = (
    "latency",
    "monthly_spend",
    "predictability",
    "regulated",
    "guaranteed",
    "google_only",
    "image_volume",
    "deferrable",
    "peak_share",
    "stage",
    "changing_model",
    "term",
    "gateway_url",
    "gateway_price",
)
_CHOICES = {
    "predictability": ("steady", "bursty"),
    "stage": ("production", "experimental"),
    "term": tuple(Term),
}


@click.command(
    epilog="Example: pt fit --model gemini-3.8-flash --qps 40 --peak 2 --input-text 1000 --output-text 300 --latency 5"
)
@click.option("--model", metavar="ID", help="Exact model version id.")
@click.option("--location", metavar="PLACE", help="Where it must be served: global, us, eu or a region.")
@workload_options
@click.option(
    "--buffer", "buffer_", metavar="PERCENT", default="25", show_default=True, help="Reserve on top."
)
@click.option("--latency", metavar="SECONDS", help="P99 time to first token that must be kept.")
@click.option("--monthly-spend", metavar="USD", help="What is spent a month today; computed unless said.")
@click.option("--predictability", metavar="steady|bursty", help="How the load behaves.")
@click.option("--regulated", is_flag=True, help="Regulation demands dedicated capacity.")
@click.option("--guaranteed", is_flag=True, help="Capacity must be guaranteed.")
@click.option("--google-only", is_flag=True, help="Must stay on Google Cloud.")
@click.option("--image-volume", metavar="N", help="Images made a month.")
@click.option("--deferrable", metavar="PERCENT", help="Share of the load that can wait a day.")
@click.option("--peak-share", metavar="PERCENT", help="Share of the time at the peak; 10 unless said.")
@click.option("--stage", metavar="production|experimental", help="How settled the work is.")
@click.option("--changing-model", is_flag=True, help="The model will soon be replaced by another.")
@click.option("--term", metavar="TERM", help="Term of the PT base in hybrids; 3-months unless said.")
@click.option(
    "--gateway-url", metavar="URL", help="Base URL of an OpenAI-compatible gateway to compare with."
)
@click.option("--gateway-price", metavar="USD", help="Its price per million tokens, in and out together.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="The same words from a YAML file.")
@click.option("--net", is_flag=True, help="Prices net of promotions, on both sides.")
@as_of_option
@json_option
@passes_exit_code
def command(
    file: Path | None,
    buffer_: str,
    net: bool,
    as_of: date | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Which way to buy: PT, Standard, Priority, Flex, Batch, hybrids, an AI Studio key or a gateway; costs, needs, rules."""
    day = judged_on(as_of)
    raw = _given(file, {key: value for key, value in given.items() if value not in (None, False)}, day)
    from scripts import _fit_screen
    from throughput import catalogue, prices
    from throughput.fit.judge import judge
    from throughput.sizing.warnings import refuse_retired, warnings_of

    needs = _needs({key: raw.pop(key) for key in _NEEDS if key in raw})
    models = catalogue.load()
    workload = files.workload(raw)
    row = models.find(workload.model, day)
    refuse_retired(row, day)
    workload = located(workload, row)
    buffer = Fraction(files.number("buffer", buffer_)) / 100
    fit = judge(row, workload, needs, prices.load(), day, buffer=buffer, net=net)
    warnings = warnings_of(row, workload.location, day, models)
    if as_json:
        print_json(_fit_screen.document(fit, warnings, day))
    else:
        click.echo("\n".join(_fit_screen.screen(fit, warnings)))
    return 0


def _given(file: Path | None, raw: dict[str, Any], day: date) -> dict[str, Any]:
    if file is not None:
        if raw:
            raise click.UsageError("--file holds the workload; give no quantities beside it")
        return _read(file)
    if not raw and sys.stdin.isatty() and sys.stdout.isatty():
        from scripts._fit_form import ask

        return ask(day)
    if "model" not in raw:
        raise click.UsageError("which model? --model ID, or --file FILE. All: pt catalog list")
    if raw.pop("with_audio", False):
        raw["video_audio"] = True
    return raw


def _read(file: Path) -> dict[str, Any]:
    data = files.mapping(file)
    known = {name.replace("_", ""): name for name in _NEEDS}
    return {
        known.get(str(key).lower().replace("-", "").replace("_", ""), key): value
        for key, value in data.items()
    }


def _needs(raw: dict[str, Any]) -> Any:
    from throughput.fit.judge import Needs

    for key, allowed in _CHOICES.items():
        if raw.get(key) is not None and str(raw[key]) not in allowed:
            raise refuse(f"{key}: {raw[key]!r} isn't one of them.", f"Allowed: {', '.join(allowed)}")

    def amount(key: str) -> Decimal | None:
        return files.number(key.replace("_", "-"), raw[key]) if raw.get(key) is not None else None

    def share(key: str, default: str) -> Decimal:
        found = amount(key)
        if found is not None and found > 100:
            raise refuse(f"{key.replace('_', '-')}: {found} % is more than all.", "Allowed: 0 to 100")
        return (Decimal(default) if found is None else found) / 100

    return Needs(
        ttft_p99=amount("latency"),
        monthly_usd=amount("monthly_spend"),
        predictability=raw.get("predictability"),
        dedicated=bool(raw.get("regulated")),
        guaranteed=bool(raw.get("guaranteed")),
        google_only=bool(raw.get("google_only")),
        images=amount("image_volume"),
        deferrable=share("deferrable", "0"),
        peak_share=share("peak_share", "10"),
        stage=raw.get("stage"),
        changing_model=bool(raw.get("changing_model")),
        term=Term(raw.get("term") or Term.QUARTER),
        gateway_url=_url(raw.get("gateway_url"), raw.get("gateway_price")),
        gateway_usd=amount("gateway_price"),
    )


def _url(url: str | None, price: Any) -> str | None:
    if url is None:
        if price is not None:
            raise ConfigError("--gateway-price needs --gateway-url, so that it's clear what is compared.")
        return None
    parts = urlsplit(str(url))
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
        raise refuse(
            f"--gateway-url {parts.hostname or 'as given'} is no base URL.",
            "Allowed: https://gateway.example.com/v1, without a key in it",
        )
    return str(url)
