"""What the pages about the next version of a rater are about: labels, trainings, candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from evalhub.models import Campaign, FineTuning, Job, RaterVersion
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.progress import JobProgress, job_progress

BESIDE = "-local"
"""What the name of a local rater that is trained beside a hosted one ends in."""
LISTED = 10
CAMPAIGNS_READ = 100


@dataclass(frozen=True, slots=True)
class Trainings:
    """The latest trainings, the newest first, and how far that one is."""

    rows: Sequence[FineTuning]
    newest: JobProgress | None

    @property
    def is_moving(self) -> bool:
        """Whether a version is still to come."""
        return self.newest is not None and not self.newest.is_final

    def learnt_from(self, source: GoldSource | None) -> RaterVersion | None:
        """The version that learnt from just these labels, None where there is none yet."""
        stored = source.to_dict() if source else None
        found = (row.version for row in self.rows if row.version and row.sources["gold"] == [stored])
        return next(found, None)


def labelled_sources(version: RaterVersion) -> list[GoldSource]:
    """The collections of campaigns by this rater, the latest used first, with the labels as they are now."""
    campaigns = Campaign.objects.filter(
        campaign_raters__rater_version__rater=version.rater_id, state=Campaign.State.DONE
    )
    rows = campaigns.select_related("collection", "snapshot__corpus").order_by("-created_at")
    found: dict[int, GoldSource] = {}
    for campaign in rows[:CAMPAIGNS_READ]:
        source = GoldSource.current(campaign.collection, campaign.snapshot)
        found.setdefault(campaign.collection_id, source)
    return list(found.values())


def chosen_source(sources: Sequence[GoldSource], collection_id: int | None) -> GoldSource | None:
    """The one of a collection, else the first that has labels, else the first."""
    asked = [source for source in sources if source.collection.pk == collection_id]
    labelled = [source for source in sources if source.collection.n_gold]
    return next(iter([*asked, *labelled, *sources]), None)


def candidates(version: RaterVersion) -> list[RaterVersion]:
    """The versions that could take its place, newest first: later ones, and local ones beside it."""
    later = Q(rater=version.rater_id, number__gt=version.number)
    beside = Q(rater__name=f"{version.rater.name}{BESIDE}")
    rows = RaterVersion.objects.filter(later | beside, workspace=version.workspace_id, retired_at=None)
    return list(rows.select_related("rater").order_by("-pk")[:LISTED])


def trainings(version: RaterVersion, *, now: datetime) -> Trainings:
    """What was trained under the rater's name, or beside it."""
    names = (version.rater.name, f"{version.rater.name}{BESIDE}")
    rows = FineTuning.objects.filter(workspace=version.workspace_id, name__in=names).exclude(job=None)
    found = list(rows.select_related("version__rater", "job").order_by("-pk")[:LISTED])
    newest = found[0].job if found else None
    is_open = newest is not None and newest.state != Job.State.DONE
    return Trainings(found, job_progress(newest.pk, now=now) if newest and is_open else None)
