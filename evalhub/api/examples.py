"""Bodies that the description shows; tests/api/test_examples.py sends each of them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

FORM, LINES, TEXT = "multipart/form-data", "application/x-ndjson", "application/octet-stream"
NIGHTLY: dict[str, Any] = {
    "name": "nightly",
    "corpus": {"name": "electronics"},
    "queries": {"name": "head"},
    "systems": [{"name": "production"}],
    "raters": [{"name": "default"}],
    "cutoff": 5,
}


def _sent(text: str, value: Any, media_type: str = "application/json") -> OpenApiExample:
    return OpenApiExample(text, request_only=True, value=value, media_type=media_type)


CORPUS = [_sent("A corpus to upload documents to", {"name": "electronics"})]
COLLECTION = [_sent("A collection to upload queries to", {"name": "head"})]
GOLD = [
    _sent("TREC qrels in a form", {"collection": "head", "file": "q1 0 d1 2\nq1 0 d2 0\n"}, FORM),
]
SYSTEM = [
    _sent(
        "A TREC run in a form",
        {
            "name": "production",
            "corpus": "electronics",
            "collection": "head",
            "file": "q1 Q0 d1 1 9.5 search\nq1 Q0 d4 2 9.1 search\n",
        },
        FORM,
    ),
]
RATER = [
    _sent(
        "A hosted model with a prompt that ships with EvalHub",
        {"name": "judge", "kind": "hosted", "model": "gpt-5-mini", "prompt": "binary-relevance"},
    ),
    _sent("A local model", {"name": "here", "kind": "local-llm", "model": "smollm2"}),
]
SAMPLE = [_sent("A pair at random", {"n": 1, "seed": 7})]
ASSIGNMENT = [_sent("The next pair for a person", {"user": "ada", "n": 1, "order": "influence"})]
TAKE = [_sent("The next pair of a campaign's review", {"campaign": 1, "order": "influence"})]
SAID = [
    _sent("A grade", {"grade": 1, "comment": "another size of it", "key": "7d0c1f3e"}),
    _sent("It can not be judged", {"grade": None, "reason": "the text is cut off"}),
]
SETTLED = [_sent("Settle a pair on which people differ", {"grade": 1, "reason": "guideline 3"})]
SCHEDULE = [
    _sent(
        "Every night by a spec",
        {"name": "nightly", "spec": NIGHTLY, "nightly": "02:30", "time_zone": "Europe/Berlin"},
    ),
    _sent(
        "A campaign again, on working days",
        {"name": "working days", "campaign": 1, "cron": "0 6 * * 1-5", "margin": 0.01},
    ),
]
WEBHOOK = [
    _sent(
        "A program that hears of gates",
        {"name": "ci", "url": "https://ci.example.org/evalhub", "events": ["gate.fail", "gate.undecided"]},
    ),
    _sent(
        "A person who hears of drops",
        {"name": "search team", "kind": "email", "url": "search@example.org", "events": ["alert.drop"]},
    ),
]
TOKEN = [_sent("For CI, for a year", {"name": "ci of main", "scope": "run", "days": 365})]
