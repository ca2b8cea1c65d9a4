"""The rater of kind panel: its members' judgments are there already, and decided by its rule."""

from collections.abc import Iterator, Sequence

from evalhub.models import Judgment, RaterVersion
from evalhub.pipeline.judgments import PairDigests, judgments_of
from evalhub.pipeline.kind import UnableToProceed
from evalhub.services.raters import members_of
from raters.panel import combine
from raters.protocol import Outcome, Rated, Reason, Unrated, Usage


def panel_outcomes(panel: RaterVersion, wanted: Sequence[PairDigests]) -> Iterator[tuple[int, Outcome]]:
    """(index into wanted, outcome) of each pair.

    Raises:
        UnableToProceed: a member has not settled a pair, although its job came first.
    """
    said = {name: _said(member, wanted) for name, member in _by_name(panel).items()}
    for index, digests in enumerate(wanted):
        missing = [name for name, outcomes in said.items() if digests not in outcomes]
        if missing:
            raise UnableToProceed(
                f"{', '.join(missing)}, in the panel {panel}, has no judgment of a pair it was asked for; "
                "judgments of this member were deleted, so give it another prompt or revision"
            )
        outcomes = {name: by_pair[digests] for name, by_pair in said.items()}
        yield index, combine(panel.spec["combine"], outcomes, panel.max_grade)


def _by_name(panel: RaterVersion) -> dict[str, RaterVersion]:
    by_digest = {member.digest: member for member in members_of(panel)}
    return {name: by_digest[digest] for name, digest in panel.spec["members"].items()}


def _said(member: RaterVersion, wanted: Sequence[PairDigests]) -> dict[PairDigests, Outcome]:
    settled = (one for one in judgments_of(member, wanted) if one.state != Judgment.State.PENDING)
    return {(one.query_digest, one.document_digest): _outcome(one) for one in settled}


def _outcome(judgment: Judgment) -> Outcome:
    """The part of an outcome that a panel looks at."""
    if judgment.grade is None or judgment.gain is None:
        return Unrated(Reason(judgment.reason), judgment.detail, "", Usage())
    given = tuple(judgment.probabilities) if judgment.probabilities else None
    return Rated(judgment.grade, judgment.gain, given, "", "", Usage())
