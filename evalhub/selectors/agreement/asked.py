"""What an agreement report is about, and the digest of everything that changes its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max

from evalhub.core.digest import JsonValue, content_digest
from evalhub.models import (
    AgreementReport,
    Campaign,
    Job,
    QueryCollection,
    RaterVersion,
    Snapshot,
)
from evalhub.selectors.agreement.graders import Grader, Roster, UnableToCompare, judged_by, roster_of
from evalhub.selectors.rater_report import SEED, Asked

# Raised when a change of the code changes figures of the same grades.
AGREEMENT_REVISION = 1


@dataclass(frozen=True, slots=True)
class AgreementAsked:
    """Two graders on a collection, the second being the reference; or, with neither, all graders.

    Attributes:
        collection: its current queries and gold labels.
        snapshot: whose texts ids name.
        first, second: None for all graders of the collection.
        gold_max: G of the gold scale; None takes the highest label.
        roster: where it is at hand, so that it is not read again.
    """

    collection: QueryCollection
    snapshot: Snapshot
    first: Grader | None = None
    second: Grader | None = None
    gold_max: int | None = None
    roster: Roster | None = None

    @property
    def keys(self) -> tuple[str, str]:
        """Both graders as stored reports write them; "" for all."""
        return (self.first.key if self.first else "", self.second.key if self.second else "")

    @property
    def as_report(self) -> Asked:
        """The same for `rater_report`."""
        first, second = self.first or Grader(), self.second or Grader()
        return Asked(
            version=first.version,
            person=first.person,
            collection=self.collection,
            snapshot=self.snapshot,
            against=second.version,
            against_person=second.person,
            gold_max=self.gold_max if second.is_gold else None,
            seed=SEED,
        )

    @property
    def digest(self) -> str:
        """What decides the figures: the graders and what they have graded so far, queries, labels, texts."""
        roster = self.roster or roster_of(self.collection)
        versions = roster.versions if self.first is None else self._pair()
        others = [version for version in versions if version.pk not in roster.judged]
        counts = {**roster.judged, **(judged_by(others) if others else {})}
        judged: list[JsonValue] = [
            [version.digest, *counts[version.pk]] for version in sorted(versions, key=lambda one: one.pk)
        ]
        return content_digest(
            {
                "graders": list(self.keys),
                "judged": judged,
                "collection": [self.collection.pk, self.collection.version, self.collection.gold_version],
                "snapshot": self.snapshot.pk,
                "gold_max": self.gold_max,
                "people": roster.spoken.state,
                "campaigns": _campaigns(self.collection),
                "revision": AGREEMENT_REVISION,
            }
        )

    def _pair(self) -> Sequence[RaterVersion]:
        return [one.version for one in (self.first, self.second) if one and one.version]


def agreement_asked(
    collection: QueryCollection,
    snapshot: Snapshot,
    first: Grader,
    second: Grader,
    gold_max: int | None,
    roster: Roster | None = None,
) -> AgreementAsked:
    """Two graders in the order in which they are compared: gold labels are always what is held against.

    Raises:
        UnableToCompare: both are the same.
    """
    if first.key == second.key:
        raise UnableToCompare(f"{first.name} against itself says nothing; choose two graders")
    ours, theirs = (second, first) if first.is_gold else (first, second)
    return AgreementAsked(collection, snapshot, ours, theirs, gold_max if theirs.is_gold else None, roster)


def report_fresh(asked: AgreementAsked, *, with_cells: bool = False) -> AgreementReport | None:
    """The stored report of just this, computed or not."""
    rows = AgreementReport.objects.filter(workspace=asked.collection.workspace_id, digest=asked.digest)
    return (rows if with_cells else rows.defer("cells")).select_related("job").first()


def report_latest(asked: AgreementAsked) -> AgreementReport | None:
    """The newest computed report of these graders, whatever was graded since."""
    first, second = asked.keys
    rows = AgreementReport.objects.filter(
        collection=asked.collection, first=first, second=second, snapshot__corpus=asked.snapshot.corpus_id
    )
    return rows.exclude(figures=None).defer("cells").order_by("-pk").first()


def _campaigns(collection: QueryCollection) -> JsonValue:
    """Whose systems are put in order."""
    done = Campaign.objects.filter(collection=collection, score_job__state=Job.State.DONE)
    found = done.aggregate(n=Count("pk"), newest=Max("pk"))
    return [found["n"], found["newest"]]
