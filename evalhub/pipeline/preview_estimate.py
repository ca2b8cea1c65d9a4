"""What a past campaign would say under the new version, from the sampled pairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
from django.db import transaction

from evalhub.core.outlook import (
    DIRECTIONS,
    Known,
    Projected,
    direction_at,
    outlook_of,
    project,
    strictness_of,
)
from evalhub.core.preview import Sampled, estimate, query_variance
from evalhub.models import (
    Comparison,
    FlipPreview,
    Outlook,
    PreviewCampaign,
    PreviewFigure,
    PreviewStratum,
    QueryScore,
    Score,
)
from evalhub.pipeline.preview_gate import GateThen, gate_then
from evalhub.pipeline.preview_pool import PairKeys, Pool, graded, load_pool

Values = Mapping[int, float]
"""A system's value of each query where it has one."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A sampled pair: the place of its stratum, and its gain by the new version; None: unrated."""

    pair: PairKeys
    stratum: int
    gain: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """A campaign with all that its estimates need."""

    pool: Pool
    sizes: list[int]
    looked: list[Looked]
    values: dict[int, Values]

    def figure(self, known: Known, system: int, baseline: int | None) -> Projected | None:
        """A score, or a difference of two, under the new version; None for fewer than two queries."""
        ours, theirs = self.values[system], self.values[baseline] if baseline else {}
        queries = [
            query for query in self.pool.queries if query in ours and (not baseline or query in theirs)
        ]
        if len(queries) < 2:
            return None
        place_of = {query: place for place, query in enumerate(queries)}
        old = np.array([ours[query] - theirs.get(query, 0.0) for query in queries])
        at = [place_of.get(one.pair[0]) for one in self.looked]
        effects = [
            0.0
            if place is None
            else self._effect(one, system) - (self._effect(one, baseline) if baseline else 0.0)
            for one, place in zip(self.looked, at, strict=True)
        ]
        sampled = Sampled(
            queries=np.array([place or 0 for place in at], dtype=np.int64),
            strata=np.array([one.stratum for one in self.looked], dtype=np.int64),
            effects=np.array(effects, dtype=np.float64),
            sizes=np.array(self.sizes, dtype=np.int64),
        )
        found = estimate(old, sampled)
        # The stored value is this mean, but for rounding and for bounds that it was moved into.
        found = replace(found, value=known.value + found.value - float(old.mean()))
        return project(known, query_variance(old), found, len(queries))

    def coverage(self, system: int) -> float | None:
        """The share of a system's pairs that the new version could grade."""
        n_hits = sum(system in ranks for ranks in self.pool.ranks.values())
        counts = np.bincount([one.stratum for one in self.looked], minlength=len(self.sizes))
        n_unrated = sum(
            self.sizes[one.stratum] / counts[one.stratum]
            for one in self.looked
            if one.gain is None and system in self.pool.ranks[one.pair]
        )
        return max(0.0, 1.0 - n_unrated / n_hits) if n_hits else None

    def _effect(self, one: Looked, system: int) -> float:
        """What a pair adds to a system's value of its query.

        An unrated pair is scored as the rest of its list: its gain is in effect the list's value. One that
        the new version could not grade is taken to change nothing.
        """
        known = self.pool.gain_of(one.pair)
        before = self.values[system].get(one.pair[0]) if known is None else known
        if one.gain is None or before is None:
            return 0.0
        return self.pool.weight(one.pair, system) * (one.gain - before)


def estimate_campaign(preview: FlipPreview, row: PreviewCampaign) -> None:
    """Replace what is stored of a campaign: figures, strata and gate, in one transaction."""
    campaign = row.campaign
    measure = f"PWAS@{campaign.cutoff}"
    pool = load_pool(campaign, preview.old)
    strata = list(row.strata.all())
    part = Part(
        pool=pool,
        sizes=[stratum.n_pairs for stratum in strata],
        looked=_looked(preview, pool, strata),
        values=_values(preview, row, measure, pool.systems),
    )
    rated = {"job": campaign.score_job_id, "rater_version": preview.old_id, "measure": measure}
    figures = [_figure(row, part, score, None) for score in Score.objects.filter(**rated).order_by("pk")]
    figures += [
        _figure(row, part, one, one.baseline_id) for one in Comparison.objects.filter(**rated).order_by("pk")
    ]
    gate = gate_then(
        preview, campaign, {_key(figure): projected for figure, projected in figures}, part.coverage
    )
    with transaction.atomic():
        row.figures.all().delete()
        PreviewFigure.objects.bulk_create(figure for figure, _ in figures)
        PreviewStratum.objects.bulk_update(
            _counted(preview, pool, part, strata), ["n_changed", "n_unrated", "mean_change"]
        )
        _store_gate(row, gate)


def _key(figure: PreviewFigure) -> tuple[int, int | None]:
    return figure.system_id, figure.baseline_id


def _looked(preview: FlipPreview, pool: Pool, strata: Iterable[PreviewStratum]) -> list[Looked]:
    known = graded(preview.new, {query for query, _ in pool.digests.values()})
    found = []
    for place, stratum in enumerate(strata):
        for pair in stratum.pairs.order_by("query_id", "document_id").values_list("query_id", "document_id"):
            said = known.get(pool.digests[pair])
            found.append(Looked(pair, place, said[1] if said else None))
    return found


def _values(
    preview: FlipPreview, row: PreviewCampaign, measure: str, systems: list[int]
) -> dict[int, Values]:
    values: dict[int, dict[int, float]] = {system: {} for system in systems}
    rows = QueryScore.objects.filter(
        job=row.campaign.score_job_id, rater_version=preview.old, measure=measure, value__isnull=False
    )
    for system, query, value in rows.values_list("system_id", "query_id", "value"):
        if value is not None:
            values[system][query] = value
    return dict(values)


def _figure(
    row: PreviewCampaign, part: Part, stored: Score | Comparison, baseline: int | None
) -> tuple[PreviewFigure, Projected | None]:
    value = stored.difference if isinstance(stored, Comparison) else stored.value
    figure = PreviewFigure(
        part=row,
        system_id=stored.system_id,
        baseline_id=baseline,
        old=value,
        old_low=stored.low,
        old_high=stored.high,
        outlook=Outlook.UNDEFINED if baseline else "",
        verdict_now=stored.verdict if isinstance(stored, Comparison) else "",
    )
    if value is None or stored.low is None or stored.high is None:
        return figure, None
    known = Known(value, stored.low, stored.high)
    projected = part.figure(known, stored.system_id, baseline)
    if projected is None:
        return figure, None
    low, high = (-1.0, 1.0) if baseline else (0.0, 1.0)
    figure.new = min(max(projected.value, low), high)
    figure.new_low, figure.new_high = max(projected.low, low), min(projected.high, high)
    figure.sampling_error = projected.sampling_error
    if isinstance(stored, Comparison) and stored.verdict in DIRECTIONS:
        strictness = strictness_of(known, stored.verdict)
        figure.verdict_then, figure.outlook = outlook_of(
            stored.verdict, projected, lambda at: direction_at(at, projected, strictness), DIRECTIONS
        )
    return figure, projected


def _counted(
    preview: FlipPreview, pool: Pool, part: Part, strata: list[PreviewStratum]
) -> list[PreviewStratum]:
    grades = graded(preview.new, {query for query, _ in pool.digests.values()})
    for place, stratum in enumerate(strata):
        mine = [one for one in part.looked if one.stratum == place]
        said = {one.pair: grades.get(pool.digests[one.pair]) for one in mine}
        changes = [
            one.gain - before
            for one in mine
            if one.gain is not None and (before := pool.gain_of(one.pair)) is not None
        ]
        stratum.n_unrated = sum(grade is None for grade in said.values())
        stratum.n_changed = sum(
            grade is not None and not is_same_grade(preview, stratum.grade, grade[0])
            for grade in said.values()
        )
        stratum.mean_change = fmean(changes) if changes else None
    return strata


def is_same_grade(preview: FlipPreview, before: int | None, now: int) -> bool:
    """Whether two grades are as high on the scale of their own version."""
    return before is not None and before * preview.new.max_grade == now * preview.old.max_grade


def _store_gate(row: PreviewCampaign, gate: GateThen | None) -> None:
    row.gate_now = gate.now if gate else ""
    row.gate_then = gate.then if gate else ""
    row.gate_outlook = gate.outlook if gate else ""
    row.save(update_fields=["gate_now", "gate_then", "gate_outlook"])
