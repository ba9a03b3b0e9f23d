"""`pt schema`: write the JSON Schemas and the configuration's reference page from the models."""

from pathlib import Path

import click

from scripts._shared import ROOT, passes_exit_code


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Write nothing; fail when a file is stale.")
@passes_exit_code
def command(check_only: bool) -> int:
    """Write schemas/stack.schema.json and docs/configuration.md from the configuration models."""
    from throughput.config.schema import generated_files

    stale = []
    for name, text in generated_files().items():
        path: Path = ROOT / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check_only:
            path.write_text(text, encoding="utf-8")
    if check_only and stale:
        click.echo(f"stale: {', '.join(stale)}\n  Renew with: ./pt schema", err=True)
        return 1
    click.echo(f"{'written' if stale else 'up to date'}: {', '.join(stale) or 'schemas and reference'}")
    return 0
