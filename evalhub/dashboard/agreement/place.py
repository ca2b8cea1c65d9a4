"""What an address of agreement is about: a collection, a corpus, one grader held against another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict

from evalhub.core.errors import UserError
from evalhub.dashboard.inputs.finding import collection_or_404
from evalhub.dashboard.numbers import whole_number
from evalhub.models import AgreementReport, QueryCollection, Snapshot
from evalhub.selectors.agreement.asked import AgreementAsked, agreement_asked, report_fresh, report_latest
from evalhub.selectors.agreement.graders import GOLD, Grader, Roster, grader_of, roster_of
from evalhub.selectors.rater_versions import corpora_offered

MAX_GOLD = 100


@dataclass(frozen=True)
class Place:
    """An address, read.

    Attributes:
        first, second: the graders; None on the page of all graders.
        used, offered: latest snapshots of the corpora to choose from.
        snapshot: of the chosen corpus, None as long as somebody must choose.
        problem: why there is nothing to show, "" otherwise.
    """

    collection: QueryCollection
    roster: Roster
    used: Sequence[Snapshot]
    offered: Sequence[Snapshot]
    snapshot: Snapshot | None
    gold_max: int | None
    first: Grader | None = None
    second: Grader | None = None
    problem: str = ""

    @property
    def asked(self) -> AgreementAsked | None:
        """What a stored report of it is about."""
        if self.snapshot is None or self.problem:
            return None
        if self.first is None or self.second is None:
            return AgreementAsked(self.collection, self.snapshot, gold_max=self.gold_max, roster=self.roster)
        return agreement_asked(
            self.collection, self.snapshot, self.first, self.second, self.gold_max, self.roster
        )

    @cached_property
    def question(self) -> str:
        """The part of the address after "?", for links to the same corpus and scale."""
        graders = {"first": self.first, "second": self.second}
        named = urlencode({name: one.key for name, one in graders.items() if one})
        return "&".join(part for part in (named, self.choice) if part)

    def question_of(self, first: str, second: str) -> str:
        """The same for other graders."""
        named = urlencode({"first": first, "second": second})
        return "&".join(part for part in (named, self.choice) if part)

    @cached_property
    def choice(self) -> str:
        """The corpus and the scale, where somebody chose them."""
        named = {"corpus": self.snapshot.corpus.name} if self.snapshot and len(self.offered) > 1 else {}
        return urlencode({**named, **({"gold_max": str(self.gold_max)} if self.gold_max else {})})


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored for a place.

    Attributes:
        shown: the newest report that was computed, None as long as there is none.
        fresh: the report of just what is graded now, computed or not; None where nobody asked for it.
    """

    shown: AgreementReport | None
    fresh: AgreementReport | None

    @property
    def is_current(self) -> bool:
        """Whether what is shown is of what is graded now."""
        return self.shown is not None and self.shown == self.fresh

    @property
    def is_moving(self) -> bool:
        """Whether a worker is at it, or will be."""
        if self.fresh is None or self.is_current or self.fresh.job is None:
            return False
        return self.fresh.job.state in {"waiting", "running", "paused"}

    @property
    def error(self) -> str:
        """Why the worker could not compute it."""
        if self.fresh is None or self.is_current or self.is_moving or self.fresh.job is None:
            return ""
        return self.fresh.job.error or f"its job is {self.fresh.job.state}"


def place_of(request: HttpRequest, collection_id: int, given: QueryDict, *, is_pair: bool) -> Place:
    """Read an address.

    Raises:
        Http404: no such collection, or a grader that is not there.
    """
    collection = collection_or_404(request, collection_id)
    roster = roster_of(collection)
    used, offered = corpora_offered(collection)
    snapshot, problem = _chosen(used, offered, given.get("corpus", ""))
    gold_max = whole_number(given.get("gold_max"))
    # A table of all grades by all grades is made of it.
    if gold_max and gold_max > MAX_GOLD:
        raise Http404(f"no scale of gold labels ends above {MAX_GOLD}")
    place = Place(collection, roster, used, offered, snapshot, gold_max or None, problem=problem)
    if not is_pair:
        return place
    first, second = (_grader(place, given.get(name, GOLD)) for name in ("first", "second"))
    if first.key == second.key:
        problem = f"{first.name} against itself says nothing: choose two graders."
    elif first.is_gold:
        first, second = second, first
    return Place(collection, roster, used, offered, snapshot, gold_max or None, first, second, problem)


def stored_of(asked: AgreementAsked, *, with_cells: bool = False) -> Stored:
    """What is there already."""
    fresh = report_fresh(asked, with_cells=with_cells)
    if fresh is not None and fresh.figures is not None:
        return Stored(fresh, fresh)
    return Stored(report_latest(asked), fresh)


def _grader(place: Place, key: str) -> Grader:
    known = place.roster.known(key)
    if known is not None:
        return known
    try:
        return grader_of(place.collection, key)
    except UserError as error:
        raise Http404(str(error)) from error


def _chosen(used: Sequence[Snapshot], offered: Sequence[Snapshot], name: str) -> tuple[Snapshot | None, str]:
    if name:
        found = [one for one in offered if one.corpus.name == name]
        if not found:
            raise Http404(f'no corpus "{name}" with documents')
        return found[0], ""
    found = list(used or offered)
    if len(found) == 1:
        return found[0], ""
    if not found:
        return None, "There is no corpus with documents yet, so nobody knows which texts ids name."
    return None, "Choose the corpus whose documents were graded."
