"""Ask a rater about one pair. Safe in the web process: a worker grades."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evalhub.core.digest import text_digest
from evalhub.core.errors import UserError
from evalhub.models import Job, RaterProbe, RaterVersion
from evalhub.services.campaign_jobs import RATE_QUEUES
from evalhub.services.jobs import JobRequest, job_request

MAX_QUERY_CHARACTERS = 10_000
MAX_TEXT_CHARACTERS = 200_000
# They grade nothing that a person types: labels are looked up by id, and a panel asks its members.
CAN_NOT = {
    "gold": "it looks up people's labels by id, and grades no text",
    "imported": "it graded elsewhere, and only its grades are here",
    "panel": "a panel decides by what its members say; try these",
}


class UnableToProbe(UserError):
    """The rater can not grade this pair; the message says why.

    Attributes:
        field: what is wrong: rater, query or text.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True, slots=True)
class Typed:
    """A pair as a person typed it; `need` is what the one who asks wants."""

    query: str
    text: str
    title: str = ""
    need: str = ""


def probe_start(version: RaterVersion, typed: Typed, *, now: datetime) -> RaterProbe:
    """Have a pair graded; one that this version has graded before is shown, and paid nothing for.

    Raises:
        UnableToProbe: an empty or overlong text, or a rater that grades none.
    """
    _check(version, typed)
    digests = {
        "query_digest": text_digest(typed.query, typed.need),
        "document_digest": text_digest(typed.title, typed.text),
    }
    with transaction.atomic():
        probe, _ = RaterProbe.objects.get_or_create(
            rater_version=version,
            **digests,
            defaults={
                "query": typed.query,
                "need": typed.need,
                "title": typed.title,
                "text": typed.text,
            },
        )
        request = JobRequest(
            kind=Job.Kind.PROBE,
            key={"rater": version.digest, **digests},
            params={"probe": probe.pk},
            label=str(version),
            queue=RATE_QUEUES.get(version.kind, "rate-local"),
            item_word="pairs",
        )
        probe.job = job_request(version.workspace, request, [], now=now)
        probe.save(update_fields=["job"])
    return probe


def _check(version: RaterVersion, typed: Typed) -> None:
    if version.kind in CAN_NOT:
        raise UnableToProbe("rater", f'"{version}" can not be tried out: {CAN_NOT[version.kind]}')
    if not typed.query.strip():
        raise UnableToProbe("query", "type a query: what somebody would ask")
    if not f"{typed.title}{typed.text}".strip():
        raise UnableToProbe("text", "type a document: its text, or at least its title")
    if len(typed.query) + len(typed.need) > MAX_QUERY_CHARACTERS:
        raise UnableToProbe(
            "query", f"longer than {MAX_QUERY_CHARACTERS:,} characters with its need; shorten it"
        )
    if len(typed.text) + len(typed.title) > MAX_TEXT_CHARACTERS:
        raise UnableToProbe(
            "text", f"longer than {MAX_TEXT_CHARACTERS:,} characters; paste the part that matters"
        )
