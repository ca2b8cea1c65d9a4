"""Which inputs differ between two campaigns of a name."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalhub.models import CampaignRater, CampaignSystem
from evalhub.selectors.campaign_rows import CampaignRows

ADDED, REMOVED = "not there", "no longer there"


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input before and now, in words.

    Attributes:
        name: which one, where there are several of the kind; empty otherwise.
        is_break: scores before and after are on different scales.
    """

    what: str
    name: str
    before: str
    now: str
    is_break: bool = False

    def __str__(self) -> str:
        named = f"{self.what} {self.name}" if self.name else self.what
        return f"{named}: {self.before} → {self.now}"


def input_changes(now: CampaignRows, before: CampaignRows) -> list[InputChange]:
    """Everything that differs, inputs first."""
    return [*_settings(now, before), *_raters(now, before), *_systems(now, before)]


def _settings(now: CampaignRows, before: CampaignRows) -> Iterator[InputChange]:
    ours, theirs = now.campaign, before.campaign
    compared = (
        ("corpus", "snapshot", ours.snapshot.number, theirs.snapshot.number, False),
        ("queries", "version", ours.collection_version, theirs.collection_version, True),
        ("gold labels", "version", ours.gold_version, theirs.gold_version, False),
        ("cutoff", "top", ours.cutoff, theirs.cutoff, True),
        ("depth", "", ours.depth, theirs.depth, False),
        ("weights", "", ours.weights, theirs.weights, True),
    )
    for what, word, value, earlier, is_break in compared:
        if value != earlier:
            yield InputChange(what, "", _worded(word, earlier), _worded(word, value), is_break)


def _worded(word: str, value: object) -> str:
    """A setting in words; labels count from version 1, so that 0 is none."""
    return "none" if word == "version" and value == 0 else f"{word} {value}".strip()


def _raters(now: CampaignRows, before: CampaignRows) -> Iterator[InputChange]:
    ours, theirs = ({row.name: row for row in rows.raters} for rows in (now, before))
    for name in dict.fromkeys([*ours, *theirs]):
        mine, other = ours.get(name), theirs.get(name)
        if mine is None or other is None:
            before_word = _rater_word(other) if other else ADDED
            yield InputChange("rater", name, before_word, _rater_word(mine) if mine else REMOVED)
        elif mine.rater_version_id != other.rater_version_id:
            yield InputChange("rater", name, _rater_word(other), _rater_word(mine), is_break=True)


def _systems(now: CampaignRows, before: CampaignRows) -> Iterator[InputChange]:
    ours, theirs = ({row.system.name: row for row in rows.systems} for rows in (now, before))
    for name in dict.fromkeys([*ours, *theirs]):
        mine, other = ours.get(name), theirs.get(name)
        if mine is None or other is None:
            before_word = _system_word(other) if other else ADDED
            yield InputChange("system", name, before_word, _system_word(mine) if mine else REMOVED)
        elif mine.system_id != other.system_id:
            yield InputChange("system", name, _system_word(other), _system_word(mine))


def _rater_word(row: CampaignRater) -> str:
    version = row.rater_version
    return f"{version.rater.name} v{version.number} ({version.digest.removeprefix('sha256:')[:8]})"


def _system_word(row: CampaignSystem) -> str:
    """What tells two systems of one name apart."""
    system = row.system
    if not system.index_spec:
        return f"{system.run_name or 'lists'} ({system.digest.removeprefix('sha256:')[:8]})"
    model = system.embedding_model.model if system.embedding_model else ""
    index = system.index_spec
    return f"{model} {index.get('kind')} {index.get('dimension') or 'full'} {index.get('dtype')}"
