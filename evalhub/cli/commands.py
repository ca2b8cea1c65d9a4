"""The command tree."""

import click

from evalhub.cli.campaign_commands import campaign
from evalhub.cli.corpus_profile import profile
from evalhub.cli.export_commands import export
from evalhub.cli.gold_commands import gold
from evalhub.cli.import_commands import corpus, queries
from evalhub.cli.key_commands import key
from evalhub.cli.price_commands import price
from evalhub.cli.rater_agreement import agreement
from evalhub.cli.rater_commands import rater
from evalhub.cli.rater_import import import_command, import_table
from evalhub.cli.rater_lifecycle import promote, retire
from evalhub.cli.rater_loop import add, next_version, preview
from evalhub.cli.rater_versions import diff, show
from evalhub.cli.review_commands import review
from evalhub.cli.run_command import run
from evalhub.cli.stack_commands import down, up
from evalhub.cli.token_commands import token
from evalhub.cli.user_commands import user


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evalhub")
def cli() -> None:
    """Evaluate retrieval with an auto-rater: which system ranks better, by how much, can I trust it."""


for command in (
    up,
    down,
    run,
    corpus,
    queries,
    gold,
    campaign,
    rater,
    review,
    export,
    price,
    key,
    token,
    user,
):
    cli.add_command(command)
corpus.add_command(profile)
for command in (
    show,
    diff,
    add,
    next_version,
    preview,
    promote,
    retire,
    agreement,
    import_command,
    import_table,
):
    rater.add_command(command)
