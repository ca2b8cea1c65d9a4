"""Claim a unit, run it, finish it."""

import logging
import traceback

from django.db.utils import OperationalError
from django.utils import timezone

from evalhub.models import WorkUnit
from evalhub.pipeline.advance import advance
from evalhub.pipeline.claim import claim_unit, fail_unit, finish_unit, postpone_unit, release_unit
from evalhub.pipeline.heartbeat import Heartbeat
from evalhub.pipeline.kind import Later, LeaseLost, UnableToProceed, UnitPlan
from evalhub.pipeline.kinds import KINDS
from evalhub.pipeline.turns import claim_in_turn

logger = logging.getLogger(__name__)

DATABASE_DELAY_S = 5.0


def execute(unit_id: int) -> None:
    """Run one unit if it is free."""
    if unit := claim_unit(unit_id, now=timezone.now()):
        run_claimed(unit)


def execute_in_turn(ticket: int) -> None:
    """Run the unit whose turn it is in the queue that the message of unit `ticket` came through."""
    if unit := claim_in_turn(ticket, now=timezone.now()):
        run_claimed(unit)


def run_claimed(unit: WorkUnit) -> None:
    """Run a unit that is ours; whatever happens, the unit tells, and the job moves on."""
    try:
        plans = _work(unit)
        finish_unit(unit, plans, now=timezone.now())
    except LeaseLost:
        release_unit(unit, now=timezone.now())
    except Later as later:
        postpone_unit(unit, later, now=timezone.now())
    except OperationalError as error:
        logger.warning("database: %s; %s goes back", error, unit)
        release_unit(unit, now=timezone.now(), delay_s=DATABASE_DELAY_S, reason=f"database: {error}")
    except UnableToProceed as error:
        fail_unit(unit, str(error), now=timezone.now())
    except Exception as error:  # noqa: BLE001  (recorded on the unit, where a person sees it; never retried)
        logger.error("%s failed\n%s", unit, traceback.format_exc())
        fail_unit(unit, f"{type(error).__name__}: {error}", now=timezone.now())
    advance(unit.job_id, now=timezone.now())


def _work(unit: WorkUnit) -> list[UnitPlan]:
    kind = KINDS[unit.job.kind]
    with Heartbeat(unit) as progress:
        if unit.number == 0:
            return list(kind.plan(unit.job))
        kind.run(unit.job, unit, progress)
    return []
