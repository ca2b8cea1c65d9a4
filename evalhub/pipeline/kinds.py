"""The job kinds."""

from evalhub.models import Job
from evalhub.pipeline import (
    agreement,
    corpus_profile,
    embed,
    fine_tune,
    index,
    ingest,
    preview,
    probe,
    rate,
    retrieve,
    review_items,
    score,
    statistics,
)
from evalhub.pipeline.kind import Kind

KINDS: dict[str, Kind] = {
    Job.Kind.INGEST: Kind(ingest.plan, ingest.run, ingest.complete),
    Job.Kind.EMBED: Kind(embed.plan, embed.run, embed.complete),
    Job.Kind.INDEX: Kind(index.plan, index.run, index.complete),
    Job.Kind.STATISTICS: Kind(statistics.plan, statistics.run, statistics.complete),
    Job.Kind.RETRIEVE: Kind(retrieve.plan, retrieve.run, retrieve.complete),
    Job.Kind.RATE: Kind(rate.plan, rate.run, rate.complete),
    Job.Kind.SCORE: Kind(score.plan, score.run, score.complete),
    Job.Kind.FINE_TUNE: Kind(fine_tune.plan, fine_tune.run, fine_tune.complete),
    Job.Kind.PROBE: Kind(probe.plan, probe.run, probe.complete),
    Job.Kind.AGREEMENT: Kind(agreement.plan, agreement.run, agreement.complete),
    Job.Kind.PREVIEW: Kind(preview.plan, preview.run, preview.complete),
    Job.Kind.REVIEW: Kind(review_items.plan, review_items.run, review_items.complete),
    Job.Kind.PROFILE: Kind(corpus_profile.plan, corpus_profile.run, corpus_profile.complete),
}
