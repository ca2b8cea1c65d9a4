"""Work on the installation of EVALHUB_HOME from this process."""

import logging
from functools import lru_cache

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from evalhub.core.errors import UserError


class UnableToFind(UserError):
    """What a command names is not there; the message lists what is."""


@lru_cache(maxsize=1)
def prepare() -> None:
    """Set Django up, and bring the database to the present schema."""
    django.setup()
    # The terminal is for results; a broker that is not running is normal here.
    logging.getLogger().setLevel(logging.ERROR)
    # `evalhub up` may be at it right now: whoever finds the schema old waits for its turn.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate_in_turn", verbosity=0, interactive=False)
