"""`evalhub campaign list|show|cancel|retry`."""

from pathlib import Path

import click

from evalhub.cli.local import prepare

id_argument = click.argument("campaign_id", metavar="ID", type=int)


@click.group()
def campaign() -> None:
    """Campaigns: what was evaluated."""


@campaign.command("list")
@click.option("--limit", type=int, default=20, show_default=True)
def list_command(limit: int) -> int:
    """List campaigns, newest first."""
    prepare()
    from evalhub.models import Campaign
    from evalhub.services.workspaces import workspace_default

    rows = Campaign.objects.filter(workspace=workspace_default()).order_by("-created_at")[:limit]
    for row in rows:
        click.echo(f"{row.pk:>5}  {row.state:<9}  {row.created_at:%Y-%m-%d %H:%M}  {row.name}")
    if not rows:
        click.echo("no campaigns yet; start one with: evalhub run SPEC.yaml")
    return 0


@campaign.command("show")
@id_argument
@click.option("--json", "json_path", type=click.Path(path_type=Path, allow_dash=True))
def show(campaign_id: int, json_path: Path | None) -> int:
    """Print the result of a campaign."""
    prepare()
    from evalhub.cli.named import find_campaign
    from evalhub.cli.report import write_json
    from evalhub.cli.table import print_results
    from evalhub.selectors.results import campaign_results

    results = campaign_results(find_campaign(campaign_id))
    if json_path:
        write_json(results, json_path)
    if str(json_path) != "-":
        print_results(results)
    return 0


@campaign.command("cancel")
@id_argument
def cancel(campaign_id: int) -> int:
    """Stop a campaign; what it graded is kept."""
    prepare()
    from django.utils import timezone

    from evalhub.cli.named import find_campaign
    from evalhub.models import Campaign
    from evalhub.services.campaigns import campaign_hold

    campaign_hold(find_campaign(campaign_id), Campaign.State.CANCELLED, now=timezone.now())
    click.echo(f"campaign {campaign_id} cancelled; go on with: evalhub campaign retry {campaign_id}")
    return 0


@campaign.command("retry")
@id_argument
@click.option("--budget", type=click.FloatRange(min=0), metavar="USD", help="What it may cost in all.")
def retry(campaign_id: int, budget: float | None) -> int:
    """Go on with what was paused, failed or cancelled, and wait for the result."""
    prepare()
    from django.utils import timezone

    from evalhub.cli.named import find_campaign
    from evalhub.cli.run_local import wait_and_report
    from evalhub.services.campaigns import campaign_release

    found = find_campaign(campaign_id)
    campaign_release(found, now=timezone.now(), budget_usd=budget)
    return wait_and_report(found)
