"""Celery envelope of searches, apart from the others: its worker costs little until somebody asks."""

import django

django.setup()

from evalhub.celery import app  # noqa: E402  (after setup, as in evalhub.tasks)


@app.task(name="evalhub.search")  # type: ignore[untyped-decorator]  # celery ships no types
def search_task(search_id: int) -> None:
    """Answer a search."""
    # numpy and all that models need: 40 MB and a second that a worker nobody asks does without
    from evalhub.pipeline.search_box import answer

    answer(search_id)
