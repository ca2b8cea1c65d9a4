"""Every bad spec of a campaign: status 400, the field, what to do, and nothing changed."""

import pytest

from evalhub.models import Corpus, QueryCollection, System
from tests.api.conftest import API, Count, spec, start
from tests.api.schema_check import CheckedClient

NO_FILE = "a file cannot be named here"
NOT_HUB = "not a registered model, nor one of a hub; a file cannot be named here"

# what the spec says, field, problem (its beginning), remedy (its beginning)
BAD_SPECS: dict[str, tuple[object, str | None, str, str]] = {
    "a misspelt key": (spec(corpsu=1), "corpsu", "unknown key", 'Did you mean "corpus"?'),
    "a misspelt key within": (
        *(spec(systems=[{"name": "a", "embeding_model": "minilm"}]), "systems[0].embeding_model"),
        *("unknown key", 'Did you mean "embedding_model"?'),
    ),
    "no mapping": ([1], None, "not a mapping of keys to values", "Begin with the name"),
    "nothing": ({}, "corpus", "missing", "For example corpus:"),
    "an unknown model": (
        *(spec(systems=[{"name": "a", "embedding_model": "minlm"}]), "systems[0].embedding_model.model"),
        *('"minlm" is not a registered name (minilm, wordllama)', ""),
    ),
    "an unknown corpus": (spec(corpus={"name": "boks"}), "corpus.name", 'no corpus "boks"', ""),
    "an empty corpus": (
        *(spec(corpus={"name": "empty"}), "corpus.name"),
        *('"empty" has no documents yet', "Import some first."),
    ),
    "an unknown query collection": (
        spec(queries={"name": "x"}),
        "queries.name",
        'no query collection "x"',
        "There are: ",
    ),
    "an empty query collection": (
        spec(queries={"name": "none"}),
        "queries.name",
        '"none" has no queries yet',
        "Import some first.",
    ),
    "K larger than the corpus": (
        *(spec(cutoff=6), "cutoff"),
        *('6, but the corpus "books" has 5 documents', "Set it to 5 or less."),
    ),
    "K larger than the corpus, with a model that was not used before": (
        *(spec(cutoff=6, systems=[{"name": "a", "embedding_model": "wordllama"}]), "cutoff"),
        *('6, but the corpus "books" has 5 documents', "Set it to 5 or less."),
    ),
    "one rater under two names": (
        *(spec(raters=[{"name": "a", "kind": "gold"}, {"name": "b", "kind": "gold"}]), "raters[1]"),
        *('"b" is the same as "a"', "Remove one of them."),
    ),
    "an unknown rater": (
        *(spec(raters=[{"name": "judge"}]), "raters[0].name"),
        *('no rater "judge"', "Describe it by kind and model, or choose one of: default"),
    ),
    "a run that nobody uploaded": (
        *(spec(systems=[{"name": "prodution"}]), "systems[0]"),
        *(
            "no run was uploaded as 'prodution', and there is no embedding_model",
            'Did you mean "production"?',
        ),
    ),
    "an unknown id": (spec(corpus={"id": 999}), "corpus.id", "no corpus has the id 999", "List them by GET"),
    "an id that is none": (
        spec(systems=[{"id": "1"}]),
        "systems[0].id",
        "no system has the id '1'",
        "List them by GET",
    ),
    "an id of another name": (
        *(spec(queries={"id": "ID", "name": "tail"}), "queries.name"),
        *("is named", "Leave the name out, or give this one."),
    ),
    "a path of a corpus": (
        spec(corpus={"name": "x", "path": "/etc/passwd"}),
        "corpus.path",
        NO_FILE,
        "Import",
    ),
    "a path of queries": (spec(queries={"name": "x", "path": "q"}), "queries.path", NO_FILE, "Import"),
    "a path of qrels": (spec(queries={"name": "x", "qrels": "q"}), "queries.qrels", NO_FILE, "Import"),
    "a path of a run": (spec(systems=[{"name": "a", "run": "r"}]), "systems[0].run", NO_FILE, "Import"),
    "a path of a model": (
        spec(systems=[{"name": "a", "embedding_model": "/etc"}]),
        "systems[0].embedding_model",
        NO_FILE,
        "Import",
    ),
    "a folder beside the server": (
        *(spec(systems=[{"name": "a", "embedding_model": {"model": "evalhub/api"}}]),),
        *("systems[0].embedding_model.model", NOT_HUB, "Write a registered name"),
    ),
    "the home of somebody": (
        *(spec(systems=[{"name": "a", "embedding_model": "~root"}]), "systems[0].embedding_model"),
        *(NOT_HUB, "Write a registered name"),
    ),
    "a way out": (
        *(spec(raters=[{"name": "a", "kind": "local-llm", "model": "x/../../etc"}]), "raters[0].model"),
        *(NOT_HUB, "Write a registered name"),
    ),
    "a path of a prompt": (
        *(spec(raters=[{"name": "a", "kind": "hosted", "model": "m", "prompt": "/etc/passwd"}]),),
        *("raters[0].prompt", NO_FILE, "Import"),
    ),
    "a secret of the server": (
        *(spec(raters=[{"name": "a", "kind": "hosted", "model": "m", "api_key_env": "EVALHUB_SECRET_KEY"}]),),
        *(
            "raters[0].api_key_env",
            "a variable whose name does not end in _API_KEY",
            "Have the server's owner",
        ),
    ),
}


@pytest.mark.parametrize("case", BAD_SPECS)
def test_bad_specs(
    api: CheckedClient, production: System, collection: QueryCollection, count_rows: Count, case: str
) -> None:
    Corpus.objects.create(workspace=production.workspace, name="empty")
    QueryCollection.objects.create(workspace=production.workspace, name="none")
    asked, field, problem, remedy = BAD_SPECS[case]
    if isinstance(asked, dict) and asked.get("queries", {}).get("id") == "ID":
        asked = asked | {"queries": {"id": collection.pk, "name": "tail"}}
    before = count_rows()
    response = start(api, asked)
    assert response.status_code == 400, response.json()
    body = response.json()
    assert (body["type"], body["title"]) == (
        "urn:evalhub:problem:invalid-request",
        "The request is not valid",
    )
    fault = body["errors"][0]
    assert (fault["file"], fault["line"], fault["field"]) == ("SPEC", None, field)
    assert problem in fault["problem"]
    assert fault["remedy"].startswith(remedy)
    assert count_rows() == before


def test_every_problem_of_a_spec_shows_at_once(api: CheckedClient, production: System) -> None:
    response = start(api, spec(weights="log3", cutoff=0, zzz=1))
    assert [fault["field"] for fault in response.json()["errors"]] == ["cutoff", "weights", "zzz"]


@pytest.mark.parametrize("key", ["corpus", "queries", "systems", "raters"])
def test_a_part_of_the_wrong_kind_is_400(api: CheckedClient, production: System, key: str) -> None:
    values: list[object] = [1, "x", [], [1], [[]], {}, {"id": None}, {"id": {}}, {"name": []}, True]
    assert {start(api, spec(**{key: value})).status_code for value in values} == {400}


def test_a_body_nested_just_below_the_parsers_limit_is_400(api: CheckedClient, production: System) -> None:
    nested: list[object] = []
    for _ in range(400):
        nested = [{"a": nested}]
    assert start(api, spec(gate=nested)).status_code == 400


def test_an_uploaded_run_is_checked_against_the_campaigns_corpus(
    api: CheckedClient, production: System, count_rows: Count
) -> None:
    made = api.post(f"{API}/query-collections", {"name": "other"}, format="json").json()
    other = b'{"_id": "q7", "text": "seven"}\n'
    api.post(f"{API}/query-collections/{made['id']}/queries", other, content_type="text/plain")
    before = count_rows()
    response = start(
        api, spec(queries={"name": "other"}, raters=[{"name": "r", "kind": "hosted", "model": "m"}])
    )
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert (fault["file"], fault["line"], fault["field"]) == ("prod.trec", 1, "query_id")
    assert count_rows() == before
