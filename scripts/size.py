"""`pt size`: GSUs for a workload, with the arithmetic, the price of every term, and what a wrong estimate does."""

import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from scripts._shared import as_of_option, json_option, judged_on, passes_exit_code, print_json
from scripts._workload_options import workload_options
from throughput.sizing import files
from throughput.sizing.workload import Workload, located


@click.command(
    epilog="Example: pt size --model gemini-3.8-flash --qps 10 --input-text 1000 --output-text 300. "
    "Every category of the model is an option: see pt catalog show MODEL."
)
@click.option("--model", metavar="ID", help="Exact model version id.")
@click.option("--location", metavar="PLACE", help="global, us, eu or a region; global unless said.")
@workload_options
@click.option(
    "--buffer", "buffer_", metavar="PERCENT", default="25", show_default=True, help="Reserve on top."
)
@click.option("--file", "file", type=click.Path(path_type=Path), help="Workloads from a YAML file.")
@click.option("--net", is_flag=True, help="Prices net of promotions, on both sides.")
@as_of_option
@json_option
@passes_exit_code
def command(
    file: Path | None,
    buffer_: str,
    net: bool,
    with_audio: bool,
    avatar: bool,
    as_of: date | None,
    as_json: bool,
    **given: Any,
) -> int:
    """GSUs for a workload: the arithmetic line by line, minimum and window, prices, break-even, and what 10 % off does."""
    day = judged_on(as_of)
    raw = {key: value for key, value in given.items() if value is not None}
    workloads = _workloads(file, raw, with_audio, avatar, day)
    from scripts import _size_screen
    from throughput import catalogue, prices
    from throughput.sizing.costs import costs_of
    from throughput.sizing.estimate import estimate, pools
    from throughput.sizing.warnings import refuse_retired, warnings_of

    buffer = Fraction(files.number("buffer", buffer_)) / 100
    models, book, results = catalogue.load(), prices.load(), []
    placed = [located(work, models.find(work.model, day)) for work in workloads]
    for (model, location), members in pools(placed).items():
        row = models.find(model, day)
        refuse_retired(row, day)
        sized = estimate(row, members, buffer)
        costs = costs_of(sized, book, day, net=net)
        results.append(
            _size_screen.Result(
                sized=sized, costs=costs, warnings=warnings_of(row, location, day, models), as_of=day
            )
        )
    if as_json:
        print_json(_size_screen.document(results))
    else:
        click.echo("\n\n".join("\n".join(_size_screen.screen(result)) for result in results))
    return 0


def _workloads(
    file: Path | None, raw: dict[str, Any], with_audio: bool, avatar: bool, day: date
) -> list[Workload]:
    if file is not None:
        if raw:
            raise click.UsageError("--file holds the workloads; give no quantities beside it")
        return files.read(file)
    if not set(raw) - {"model", "location"} and sys.stdin.isatty() and sys.stdout.isatty():
        from scripts._size_form import ask

        raw = ask(raw, day)
    if "model" not in raw:
        raise click.UsageError("which model? --model ID, or --file FILE. All: pt catalog list")
    if with_audio:
        raw["video_audio"] = True
    if avatar:
        raw["avatar"] = True
    return [files.workload(raw)]
