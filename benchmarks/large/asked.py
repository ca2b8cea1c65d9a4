"""What people asked of a large installation beside campaigns: a profile, searches, try-outs."""

import random
from datetime import datetime

from benchmarks.large.campaigns import finished_job, unwatched
from benchmarks.large.inputs import Inputs, words
from evalhub.core.digest import text_digest
from evalhub.models import (
    CorpusProfile,
    Judgment,
    ProfilePart,
    QueryCollection,
    RaterProbe,
    Search,
    SearchHit,
    System,
)
from evalhub.pipeline.profile_parts.overlap import overlap_part
from evalhub.pipeline.profile_parts.texts import texts_part
from evalhub.selectors.agreement.asked import AgreementAsked
from evalhub.selectors.agreement.graders import Grader
from evalhub.services.agreement import agreement_now
from evalhub.services.profiles import PROFILE_REVISION

N_SEARCHES, N_PROBES, DEPTH = 100, 50, 10


def make_asked(inputs: Inputs, rng: random.Random, now: datetime) -> None:
    """Fill the tables that campaigns do not."""
    _profile(inputs, now)
    finished_job(inputs, "ingest", "catalogue.jsonl", "documents", len(inputs.documents), now)
    for number in range(N_SEARCHES):
        text = words(rng, 4)
        for system in inputs.systems[:2]:
            _search(inputs, system, f"{text} {number}", rng, now)
    for number in range(N_PROBES):
        _probe(inputs, number, rng, now)
    for collection in inputs.collections:
        _agreement(inputs, collection, now)


def _agreement(inputs: Inputs, collection: QueryCollection, now: datetime) -> None:
    """All graders of a collection, and one of them in full."""
    agreement_now(AgreementAsked(collection, inputs.snapshot), now=now)
    judge = Grader(inputs.raters[0])
    agreement_now(AgreementAsked(collection, inputs.snapshot, judge, Grader()), now=now)


def _profile(inputs: Inputs, now: datetime) -> None:
    """The parts that need no model, computed from the texts as they are."""
    n_documents = len(inputs.documents)
    job = finished_job(inputs, "profile", "catalogue #1", "documents", n_documents, now, models=[])
    collection = inputs.collections[0]
    profile = CorpusProfile.objects.create(
        snapshot=inputs.snapshot, collection=collection, collection_version=1, digest="sha256:p", job=job
    )
    for name, part in (("texts", texts_part), ("overlap", overlap_part)):
        figures = {**part(profile, {}, "", unwatched), "revision": PROFILE_REVISION}
        ProfilePart.objects.create(profile=profile, name=name, figures=figures)


def _search(inputs: Inputs, system: System, text: str, rng: random.Random, now: datetime) -> None:
    search = Search.objects.create(
        workspace=inputs.workspace,
        snapshot=inputs.snapshot,
        system=system,
        text=text,
        depth=DEPTH,
        key=f"{system.pk} {text}",
        state=Search.State.DONE,
        asked_at=now,
        query_ms=12.0,
    )
    SearchHit.objects.bulk_create(
        SearchHit(search=search, rank=rank, document=document, score=1 - rank / 20)
        for rank, document in enumerate(rng.sample(inputs.documents, DEPTH), 1)
    )


def _probe(inputs: Inputs, number: int, rng: random.Random, now: datetime) -> None:
    version = inputs.raters[number % len(inputs.raters)]
    query, text = words(rng, 4), words(rng, 50)
    digests = {"query_digest": text_digest(query, ""), "document_digest": text_digest("", text)}
    job = finished_job(inputs, "probe", f"try-out {number}", "pairs", 1, now)
    RaterProbe.objects.create(rater_version=version, query=query, text=text, job=job, **digests)
    Judgment.objects.create(
        rater_version=version, **digests, state=Judgment.State.GRADED, grade=2, gain=2 / 3, rated_at=now
    )
