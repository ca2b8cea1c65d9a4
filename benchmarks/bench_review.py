"""A review of 4,423 pairs by 33 raters and gold labels: how long it takes to collect and to show.

    python -m benchmarks.bench_review [--pairs-per-query N] [--home FOLDER] [--asked N]

Rows are drawn at random into an installation of its own, in as many queries as LLMJudge has; pages are asked
for in process and signed in, as a web process answers.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

N_QUERIES, N_RATERS, N_SYSTEMS, MAX_GRADE = 25, 33, 4, 3
BATCH = 5_000


def main() -> None:
    """Fill, collect, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs-per-query", type=int, default=177)
    parser.add_argument("--home", type=Path, help="one that was filled by this is used as it is")
    parser.add_argument("--asked", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as scratch:
        home = arguments.home or Path(scratch)
        os.environ |= {"EVALHUB_HOME": str(home), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
        import django

        django.setup()
        if not (home / "evalhub.sqlite3").exists():
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            collect(fill(arguments.pairs_per_query))
        ask(arguments.asked)


def fill(n_documents: int) -> int:
    """Make a campaign that is done; returns its key."""
    import numpy as np
    from django.utils import timezone

    from evalhub import models as m
    from evalhub.core.digest import text_digest
    from evalhub.services.workspaces import workspace_default

    rng, now, workspace = np.random.default_rng(42), timezone.now(), workspace_default()
    corpus = m.Corpus.objects.create(workspace=workspace, name="passages")
    n_all = N_QUERIES * n_documents
    snapshot = m.Snapshot.objects.create(
        corpus=corpus, number=1, state="ready", digest="d", source_name="c", n_documents=n_all
    )
    collection = m.QueryCollection.objects.create(
        workspace=workspace, name="topics", version=1, n_queries=N_QUERIES, gold_version=1
    )
    texts = [f"passage {at} " + "about something of some length " * 40 for at in range(n_all)]
    documents = m.Document.objects.bulk_create(
        (
            m.Document(
                corpus=corpus, doc_id=f"d{at}", text=t, digest=text_digest("", t), row_digest="", added_in=1
            )
            for at, t in enumerate(texts)
        ),
        batch_size=BATCH,
    )
    queries = m.Query.objects.bulk_create(
        m.Query(
            collection=collection,
            query_id=f"q{at:02}",
            text=f"what of {at}",
            tags=["head"] if at % 2 else ["tail"],
            digest=text_digest(f"what of {at}", ""),
            row_digest="",
            added_in=1,
        )
        for at in range(N_QUERIES)
    )
    score = m.Job.objects.create(workspace=workspace, kind="score", key="s", params={}, state="done")
    campaign = m.Campaign.objects.create(
        workspace=workspace,
        name="large",
        state="done",
        snapshot=snapshot,
        collection=collection,
        collection_version=1,
        gold_version=1,
        cutoff=n_documents,
        depth=n_documents,
        weights="log2",
        spec={},
        score_job=score,
        created_at=now,
    )
    pools = [documents[at * n_documents : (at + 1) * n_documents] for at in range(N_QUERIES)]
    for position in range(N_SYSTEMS):
        name = f"system-{position}"
        system = m.System.objects.create(
            workspace=workspace, name=name, kind="run", run_path=name, digest=name
        )
        run = m.Run.objects.create(
            system=system, snapshot=snapshot, collection=collection, collection_version=1, depth=n_documents
        )
        m.CampaignSystem.objects.create(campaign=campaign, system=system, run=run, position=position)
        hits = [
            m.Hit(run=run, query=query, rank=rank, document=pool[at], score=-rank)
            for query, pool in zip(queries, pools, strict=True)
            for rank, at in enumerate(rng.permutation(n_documents).tolist(), 1)
        ]
        m.Hit.objects.bulk_create(hits, batch_size=BATCH)
    truth = rng.integers(MAX_GRADE + 1, size=(N_QUERIES, n_documents))
    m.GoldLabel.objects.bulk_create(
        (
            m.GoldLabel(
                collection=collection,
                query_id=query.query_id,
                doc_id=document.doc_id,
                grade=int(truth[q, d]),
                added_in=1,
            )
            for q, query in enumerate(queries)
            for d, document in enumerate(pools[q])
            if d % 3 == 0
        ),
        batch_size=BATCH,
    )
    for position in range(N_RATERS):
        version = m.RaterVersion.objects.create(
            workspace=workspace,
            rater=m.Rater.objects.create(workspace=workspace, name=f"rater-{position}"),
            number=1,
            kind="hosted",
            model="m",
            max_grade=MAX_GRADE,
            spec={},
            digest=f"sha256:{position}",
        )
        m.CampaignRater.objects.create(
            campaign=campaign, rater_version=version, name=f"rater-{position}", position=position
        )
        grades = np.clip(truth + rng.integers(-1, 2, size=truth.shape), 0, MAX_GRADE)
        m.Judgment.objects.bulk_create(
            (
                m.Judgment(
                    rater_version=version,
                    query_digest=query.digest,
                    document_digest=document.digest,
                    state="graded",
                    grade=int(grades[q, d]),
                    gain=grades[q, d] / MAX_GRADE,
                )
                for q, query in enumerate(queries)
                for d, document in enumerate(pools[q])
            ),
            batch_size=BATCH,
        )
    return campaign.pk


def collect(campaign_id: int) -> None:
    """Do the work of the review job and print how long it takes."""
    from django.db import connection
    from django.utils import timezone

    from evalhub.models import Campaign, ItemGrade, ItemPlace, Job
    from evalhub.pipeline import review_items
    from evalhub.services.review.queues import review_queue_open

    queue = review_queue_open(Campaign.objects.get(pk=campaign_id), now=timezone.now())
    assert queue.job is not None
    started = time.monotonic()
    for number, planned in enumerate(review_items.plan(queue.job), 1):
        unit = queue.job.units.create(number=number, payload=planned.payload, available_at=timezone.now())
        review_items.run(queue.job, unit, lambda n_items_done: None)
    review_items.complete(queue.job)
    elapsed = time.monotonic() - started
    Job.objects.filter(pk=queue.job.pk).update(state=Job.State.DONE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(
        f"{queue.items.count():,} pairs, {ItemGrade.objects.count():,} grades, "
        f"{ItemPlace.objects.count():,} places collected in {elapsed:.1f} s"
    )


def ask(n_asked: int) -> None:
    """Ask for pages and lists, and print the server time of each."""
    import numpy as np
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import connection, reset_queries
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from evalhub.models import Campaign, RaterVersion, System

    settings.ALLOWED_HOSTS = ["testserver"]
    client, campaign_id = Client(), Campaign.objects.get().pk
    client.force_login(User.objects.get_or_create(username="bench")[0])
    (first, second), (a, b) = (
        list(model.objects.order_by("pk").values_list("pk", flat=True)[:2])
        for model in (RaterVersion, System)
    )
    questions = (
        "",
        "order=random",
        "order=query",
        "order=gap&page=30",
        f"raters={first},{second}",
        f"raters={first},0",
        f"raters={first},{second}&grades=0,1",
        f"tag=head&system={a}&against={b}&state=open",
        f"order=gap&raters={first},{second}&tag=head&system={a}&against={b}&state=open",
    )
    page = f"/campaigns/{campaign_id}/review/?"
    for address in (page + question for question in questions):
        ms = []
        for _ in range(n_asked + 2):
            reset_queries()
            with CaptureQueriesContext(connection) as queries:
                started = time.perf_counter()
                answer = client.get(address)
                ms.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}: {answer.content[:300]!r}")
        p50, p95 = np.percentile(ms[2:], [50, 95])
        print(
            f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {len(queries):2} queries  "
            f"{len(answer.content) / 1000:6.1f} kB  {address}"
        )


if __name__ == "__main__":
    main()
