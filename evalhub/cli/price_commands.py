"""`evalhub price list|set`."""

import click

from evalhub.cli.local import prepare

usd = click.FloatRange(min=0, max=1_000_000)


@click.group()
def price() -> None:
    """Prices of hosted models, in US dollars for 1,000,000 tokens."""


@price.command("list")
def list_command() -> int:
    """List the price table."""
    prepare()
    from evalhub.models import ModelPrice
    from evalhub.services.workspaces import workspace_default

    rows = ModelPrice.objects.filter(workspace=workspace_default()).order_by("model")
    for row in rows:
        click.echo(f"{row.model}: input ${row.input_usd_per_mtok:g}, output ${row.output_usd_per_mtok:g}")
    if not rows:
        click.echo("no prices yet; set one with: evalhub price set MODEL --input USD --output USD")
    return 0


@price.command("set")
@click.argument("model")
@click.option("--input", "input_usd", type=usd, required=True, metavar="USD")
@click.option("--output", "output_usd", type=usd, required=True, metavar="USD")
def set_command(model: str, input_usd: float, output_usd: float) -> int:
    """Set the price of MODEL, as the provider names it; grades given before keep what they cost."""
    prepare()
    from evalhub.services.prices import price_set
    from evalhub.services.workspaces import workspace_default

    row = price_set(workspace_default(), model, input_usd=input_usd, output_usd=output_usd)
    click.echo(f"{row.model}: input ${row.input_usd_per_mtok:g}, output ${row.output_usd_per_mtok:g}")
    return 0
