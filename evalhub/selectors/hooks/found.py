"""What a scheduled campaign gives reason to look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from evalhub.core.drift import Drift, drift, is_beyond
from evalhub.models import (
    Alert,
    Campaign,
    GoldLabel,
    Hit,
    Judgment,
    Regrading,
    ScheduleRun,
    Snapshot,
    System,
    VectorSet,
)
from evalhub.selectors.documents import alive_in
from evalhub.selectors.inputs.corpora import ready_snapshots
from evalhub.selectors.result.changes import campaign_changes

BATCH = 300
LONGEST_SUBJECT = 200
Graded = dict[tuple[str, str], tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Found:
    """An alert to be written."""

    kind: Alert.Kind
    subject: str
    said: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


def earlier_of_schedule(run: ScheduleRun) -> Campaign | None:
    """The done campaign of the schedule before a run's."""
    rows = Campaign.objects.filter(
        schedule_run__schedule=run.schedule_id, schedule_run__pk__lt=run.pk, state=Campaign.State.DONE
    )
    related = rows.select_related("snapshot__corpus", "collection", "score_job")
    return related.order_by("-schedule_run__pk").first()


def drops(run: ScheduleRun, campaign: Campaign) -> Iterator[Found]:
    """Systems whose difference to the time before is below minus the margin with its whole interval."""
    before = earlier_of_schedule(run)
    if before is None:
        return
    changes, margin = campaign_changes(campaign, before), run.schedule.margin
    for change in changes.systems:
        found = change.result
        if found.difference is None or found.low is None or found.high is None or found.high >= -margin:
            continue
        beyond = f" and more than the {margin:g} let pass" if margin else ""
        said = (
            f"{changes.measure} of {change.name} fell by {-found.difference:.3f} "
            f"[{-found.high:.3f}, {-found.low:.3f}]{beyond} since campaign {before.pk}, on the "
            f"{found.n_queries} queries that both have, by {changes.rater}."
        )
        yield Found(
            Alert.Kind.DROP, change.name[:LONGEST_SUBJECT], said, found.difference, found.low, found.high
        )


def drifted(regrading: Regrading, figures: Drift) -> Found | None:
    """An alert, where the interval of the shift or of the distance to gold leaves out 0."""
    rater, shift, gold = str(regrading.rater_version), figures.shift, figures.gold_shift
    on = f"the same {figures.n_pairs} pairs of {figures.n_queries} queries"
    if is_beyond(shift):
        how = "higher" if (shift.difference or 0) > 0 else "lower"
        said = (
            f"{rater} grades {on} {how} than it did: mean gain {figures.mean_then:.3f} then, "
            f"{figures.mean_now:.3f} now, difference {shift.difference:+.3f} "
            f"[{shift.low:+.3f}, {shift.high:+.3f}]; the same grade for {figures.agreement:.0%}. Scores of "
            "before and after do not compare: make a new version of the rater, or grade again."
        )
        return Found(Alert.Kind.DRIFT, rater[:LONGEST_SUBJECT], said, shift.difference, shift.low, shift.high)
    if is_beyond(gold):
        how = "further from" if (gold.difference or 0) > 0 else "nearer to"
        said = (
            f"{rater} is {how} people's grades than it was, on {on}: mean distance changed by "
            f"{gold.difference:+.3f} [{gold.low:+.3f}, {gold.high:+.3f}]. Look at its agreement."
        )
        return Found(Alert.Kind.DRIFT, rater[:LONGEST_SUBJECT], said, gold.difference, gold.low, gold.high)
    return None


def regrading_drift(regrading: Regrading) -> Drift:
    """The first grades of a regrading's pairs against its own."""
    params = regrading.job.params
    pairs, names = _pool(params["runs"], params["cutoff"])
    then, now = (_graded(regrading, pairs, repeat) for repeat in (0, regrading.repeat))
    return drift(then, now, _gold(params, names, regrading.rater_version.max_grade))


def stale(run: ScheduleRun, campaign: Campaign | None) -> Iterator[Found]:
    """What is older than the corpus: the last campaign's snapshot, its vectors, lists made elsewhere."""
    used = campaign or earlier_of_schedule(run)
    if used is None:
        return
    newest = ready_snapshots(used.snapshot.corpus).order_by("-number").first()
    if newest and newest.number > used.snapshot.number:
        yield _old_snapshot(used, newest)
    if used.snapshot.number == 1:
        return
    runs = used.campaign_systems.filter(system__kind=System.Kind.RUN).select_related("system")
    for one in runs:
        if one.system.created_at < used.snapshot.created_at:
            said = (
                f"{one.system.name} was uploaded on {one.system.created_at:%Y-%m-%d}, before snapshot "
                f"{used.snapshot.number} of {used.snapshot.corpus.name} "
                f"({used.snapshot.created_at:%Y-%m-%d}): it cannot have found "
                "what is new. Upload its lists again."
            )
            yield Found(Alert.Kind.STALE, one.system.name[:LONGEST_SUBJECT], said)


def _old_snapshot(used: Campaign, newest: Snapshot) -> Found:
    corpus = used.snapshot.corpus
    models = [
        one.system.embedding_model
        for one in used.campaign_systems.select_related("system__embedding_model")
        if one.system.embedding_model
    ]
    there = set(
        VectorSet.objects.filter(snapshot=newest, is_ready=True).values_list("embedding_model", flat=True)
    )
    lacking = sorted({model.name for model in models if model.pk not in there})
    vectors = f" It has no vectors by {', '.join(lacking)} yet." if lacking else ""
    said = (
        f"{corpus.name} has snapshot {newest.number} since {newest.created_at:%Y-%m-%d}, and the latest "
        f"done campaign, {used.pk}, used snapshot {used.snapshot.number}.{vectors} Run the schedule now."
    )
    return Found(Alert.Kind.STALE, corpus.name[:LONGEST_SUBJECT], said)


def _pool(runs: list[int], cutoff: int) -> tuple[dict[str, set[str]], dict[tuple[str, str], tuple[str, str]]]:
    """Document digests by query digest, and the digests of pairs by (query_id, doc_id)."""
    rows = Hit.objects.filter(run_id__in=runs, rank__lte=cutoff).values_list(
        "query__digest", "document__digest", "query__query_id", "document__doc_id"
    )
    pairs: dict[str, set[str]] = {}
    names = {}
    for query, document, query_id, doc_id in rows.distinct().iterator():
        pairs.setdefault(query, set()).add(document)
        names[query_id, doc_id] = (query, document)
    return pairs, names


def _graded(regrading: Regrading, pairs: dict[str, set[str]], repeat: int) -> Graded:
    found: Graded = {}
    queries = sorted(pairs)
    for start in range(0, len(queries), BATCH):
        rows = Judgment.objects.filter(
            rater_version=regrading.rater_version_id,
            query_digest__in=queries[start : start + BATCH],
            repeat=repeat,
            state=Judgment.State.GRADED,
        )
        columns = ("query_digest", "document_digest", "grade", "gain")
        for query, document, grade, gain in rows.values_list(*columns).iterator():
            if document in pairs[query] and grade is not None and gain is not None:
                found[query, document] = (grade, gain)
    return found


def _gold(
    params: dict[str, int], names: dict[tuple[str, str], tuple[str, str]], max_grade: int
) -> dict[tuple[str, str], float]:
    """Gold gains of pairs, where people's scale is the rater's."""
    rows = GoldLabel.objects.filter(
        alive_in(params["gold_version"]), collection=params["collection"]
    ).values_list("query_id", "doc_id", "grade")
    return {
        names[query_id, doc_id]: min(max(grade, 0), max_grade) / max_grade
        for query_id, doc_id, grade in rows.iterator()
        if (query_id, doc_id) in names
    }
