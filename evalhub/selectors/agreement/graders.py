"""Who can be held against whom on a query collection: rater versions, people, gold labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from evalhub.core.errors import UserError
from evalhub.models import Campaign, GradeImport, LedgerMonth, QueryCollection, RaterVersion
from evalhub.selectors.agreement.people import Spoken, own_statements, people_of, spoken_of
from evalhub.selectors.rater_versions import find_rater_version

GOLD = "gold"
PERSON = "person:"
MOST_VERSIONS = 60

Judged = tuple[int, int]
"""Pairs graded, pairs left unrated."""


class UnableToCompare(UserError):
    """These two can not be held against each other; the message says why."""


@dataclass(frozen=True, slots=True)
class Grader:
    """A rater version, a person by name, or, with neither, the gold labels."""

    version: RaterVersion | None = None
    person: str = ""

    @property
    def key(self) -> str:
        """How addresses, commands and stored reports write it: NAME@NUMBER, person:NAME or gold."""
        if self.version is not None:
            return f"{self.version.rater.name}@{self.version.number}"
        return f"{PERSON}{self.person}" if self.person else GOLD

    @property
    def name(self) -> str:
        """How people read it."""
        if self.version is not None:
            return self.key
        return self.person or "gold labels"

    @property
    def is_gold(self) -> bool:
        """Whether it is the gold labels."""
        return self.version is None and not self.person


def grader_of(collection: QueryCollection, text: str) -> Grader:
    """The grader that a text names: gold, person:NAME, a rater's NAME or NAME@NUMBER.

    Raises:
        UnableToCompare: nobody of this name graded pairs of the collection.
        UnableToFindRater: there is no such rater.
    """
    if text == GOLD:
        return Grader()
    if text.startswith(PERSON):
        name = text.removeprefix(PERSON)
        if own_statements(collection).filter(reviewer_name=name).exclude(grade=None).exists():
            return Grader(person=name)
        there = ", ".join(name for name, _ in people_of(collection)[:10]) or "nobody"
        raise UnableToCompare(f'no person "{name}" graded pairs of "{collection.name}"; who did: {there}')
    return Grader(find_rater_version(collection.workspace, text))


@dataclass(frozen=True, slots=True)
class Roster:
    """Who graded pairs of a collection, gold labels apart, and how much so far.

    Attributes:
        judged: how many pairs each rater version graded and left unrated, by key.
        spoken: what people said.
    """

    versions: Sequence[RaterVersion]
    judged: Mapping[int, Judged]
    spoken: Spoken

    @property
    def graders(self) -> list[Grader]:
        """The newest rater versions, then people."""
        return [
            *(Grader(version) for version in self.versions),
            *(Grader(person=name) for name, _ in self.spoken.people),
        ]

    def known(self, key: str) -> Grader | None:
        """A grader by its key, gold labels too; None for one that graded nothing of the collection."""
        return next((one for one in (Grader(), *self.graders) if one.key == key), None)


def roster_of(collection: QueryCollection) -> Roster:
    """Who graded pairs of a collection."""
    counted = _counted(collection)
    return Roster(
        [version for version, _ in counted],
        {version.pk: judged for version, judged in counted},
        spoken_of(collection),
    )


def judged_by(versions: Sequence[RaterVersion]) -> dict[int, Judged]:
    """How many pairs each version graded and left unrated, by key, out of the ledger."""
    rows = with_counts(RaterVersion.objects.filter(pk__in=[version.pk for version in versions]))
    return {version.pk: judged for version, judged in rows}


def with_counts(versions: QuerySet[RaterVersion]) -> list[tuple[RaterVersion, Judged]]:
    """Versions with what they settled so far."""
    lines = LedgerMonth.objects.filter(rater_version=OuterRef("pk")).order_by().values("rater_version")

    def summed(name: str) -> Coalesce:
        return Coalesce(Subquery(lines.annotate(n=Sum(name)).values("n")), 0)

    counted = versions.annotate(n_graded=summed("n_graded"), n_unrated=summed("n_unrated"))
    return [(one, (one.n_graded, one.n_unrated)) for one in counted]


def _counted(collection: QueryCollection) -> list[tuple[RaterVersion, Judged]]:
    """The rater versions of campaigns and imports of a collection, and members of their panels, newest first.

    Raters of kind gold are the gold labels themselves and left out.
    """
    campaigns = Campaign.objects.filter(collection=collection).values("campaign_raters__rater_version")
    imports = GradeImport.objects.filter(collection=collection).values("rater_version")
    rows = RaterVersion.objects.select_related("rater").order_by("-pk")
    used = rows.filter(Q(pk__in=campaigns) | Q(pk__in=imports)).exclude(kind="gold")
    found = with_counts(used[:MOST_VERSIONS])
    if digests := _member_digests([version for version, _ in found]):
        members = with_counts(rows.filter(workspace=collection.workspace_id, digest__in=digests))
        found = list({version.pk: (version, judged) for version, judged in (*found, *members)}.values())
    return found[:MOST_VERSIONS]


def _member_digests(versions: Sequence[RaterVersion]) -> set[str]:
    panels = (version.spec.get("members", {}) for version in versions if version.kind == "panel")
    return {digest for members in panels for digest in members.values()}
