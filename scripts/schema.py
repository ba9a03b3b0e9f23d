"""`pt schema`: write what is generated: schema, reference page and the pages about policies."""

from pathlib import Path

import click

from scripts._files import replace_file
from scripts._shared import ROOT, passes_exit_code


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Write nothing; fail when a file is stale.")
@passes_exit_code
def command(check_only: bool) -> int:
    """Write the JSON Schema of stack files, the configuration's reference page, and the pages about policies."""
    from throughput.config.schema import generated_files
    from throughput.rules.pages import pages

    stale = []
    for name, text in {**generated_files(), **pages()}.items():
        path: Path = ROOT / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, text.encode())
    if check_only and stale:
        click.echo(f"stale: {', '.join(stale)}\n  Renew with: ./pt schema", err=True)
        return 1
    click.echo(f"{'written' if stale else 'up to date'}: {', '.join(stale) or 'schemas and reference'}")
    return 0
