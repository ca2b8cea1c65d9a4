"""Whatever JSON comes, the answer is a campaign or a problem of 400, never a failure of the server."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalhub.core.split import part_of
from evalhub.models import GoldLabel, System
from tests.api.conftest import Json, spec, start
from tests.api.schema_check import CheckedClient

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["production", "books", "head", "people", "gold", "PWAS@1", "minilm", 1e300, 2**64, -1])
)
FULL: Json = spec(
    systems=[
        {"name": "production"},
        {
            "name": "m",
            "embedding_model": {"model": "wordllama", "query_prompt": "", "max_tokens": 64},
            "index": {"kind": "hnsw", "dimension": 64, "connectivity": 16},
        },
    ],
    raters=[
        {"name": "people", "kind": "gold"},
        {
            "name": "judge",
            "kind": "hosted",
            "model": "m",
            "api_key_env": "OPENAI_API_KEY",
            "decoding": {"temperature": 0.0},
            "max_in_flight": 1,
            "timeout_s": 1.0,
            "input_usd_per_mtok": 0.1,
        },
        {"name": "second", "kind": "hosted", "model": "m2", "input_usd_per_mtok": 0.1},
        {"name": "both", "kind": "panel", "members": ["judge", "second"], "combine": "mean"},
    ],
    gate=[{"system": "production", "measure": "PWAS@2", "minimum": 0.5}],
    budget={"cost_usd": 1.0},
    depth=2,
    weights="log2",
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every key and item."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = [place for key, value in inner for place in places(value, (*path, key))]
    return [path, *found] if path else found


def changed(data: Any, path: tuple[Any, ...], value: object) -> Any:
    """A copy with another value at a path."""
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = changed(data[path[0]], path[1:], value)
    return copy


JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=4,
)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(places(FULL)), value=JSON)
def test_any_value_at_any_place(
    api: CheckedClient, production: System, place: tuple[Any, ...], value: object
) -> None:
    assert start(api, changed(FULL, place, value)).status_code in (201, 400)


# With this seed the first query, of labels 0 and 1, is for training.
SEED = next(seed for seed in range(100) if part_of("one", seed=seed) == "train")
EXAMPLES: Json = {"queries": "head", "corpus": "books", "per_grade": 1, "seed": SEED}
JUDGE: Json = {"name": "judge", "kind": "hosted", "model": "m", "prompt": "binary-relevance"}


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(places(EXAMPLES)), value=JSON)
def test_any_value_in_examples(
    api: CheckedClient, production: System, place: tuple[Any, ...], value: object
) -> None:
    GoldLabel.objects.filter(grade=2).update(grade=1)
    asked = spec(raters=[{**JUDGE, "examples": changed(EXAMPLES, place, value)}])
    assert start(api, asked).status_code in (201, 400)


def test_unchanged_examples_make_a_campaign(api: CheckedClient, production: System) -> None:
    GoldLabel.objects.filter(grade=2).update(grade=1)
    assert start(api, spec(raters=[{**JUDGE, "examples": EXAMPLES}])).status_code == 201


@pytest.mark.parametrize("cost", [1e300, 10**12, -1, 0])
def test_a_budget_that_no_column_holds_is_refused(
    api: CheckedClient, production: System, cost: float
) -> None:
    response = start(api, spec(budget={"cost_usd": cost}))
    assert response.status_code == (201 if cost == 0 else 400)


def test_unchanged_it_is_a_campaign(api: CheckedClient, production: System) -> None:
    assert start(api, FULL).status_code == 201


def test_a_key_of_the_server_is_not_sent_wherever_a_client_says(
    api: CheckedClient, production: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    raters = [{**rater, "base_url": "http://127.0.0.1:9/v1"} for rater in FULL["raters"] if "model" in rater]
    response = start(api, {**FULL, "raters": raters})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "raters[0].base_url"
    monkeypatch.setattr(django_settings, "EVALHUB_HOSTED_URLS", ["http://127.0.0.1:9/v1"])
    assert start(api, {**FULL, "raters": raters}).status_code == 201
