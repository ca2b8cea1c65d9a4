"""A spec becomes the rater of its kind, or an error that says what is missing."""

import pytest

from raters.factory import load_rater
from raters.hosted import HostedRater
from raters.protocol import RaterMisconfigured
from raters.spec import resolve_rater
from tests.raters.providers import hosted_spec


def test_a_hosted_rater_takes_its_key_from_the_named_variable() -> None:
    rater = load_rater(hosted_spec(api_key_env="JUDGE_KEY"), environ={"JUDGE_KEY": "sk-123"})

    assert isinstance(rater, HostedRater)
    rater.close()


def test_an_endpoint_without_keys_needs_none() -> None:
    assert isinstance(load_rater(hosted_spec(), environ={}), HostedRater)


@pytest.mark.parametrize("environ", [{}, {"JUDGE_KEY": "  "}])
def test_a_key_that_is_not_set_names_the_variable(environ: dict[str, str]) -> None:
    with pytest.raises(RaterMisconfigured, match="environment variable JUDGE_KEY is not set"):
        load_rater(hosted_spec(api_key_env="JUDGE_KEY"), environ=environ)


def test_a_stored_key_is_taken_by_its_name() -> None:
    spec = hosted_spec(api_key="mine")
    assert isinstance(load_rater(spec, environ={}, keys={"mine": "sk-123"}), HostedRater)
    with pytest.raises(
        RaterMisconfigured, match="the stored key mine is not set; store it with: evalhub key"
    ):
        load_rater(spec, environ={"mine": "sk-123"}, keys={"other": "sk-123"})


@pytest.mark.parametrize("key", ["sk-1\nsk-2", "sk 1", "sk-\u00e9"])
def test_a_key_that_no_header_carries_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(RaterMisconfigured, match="variable JUDGE_KEY holds blanks, line breaks") as caught:
        load_rater(hosted_spec(api_key_env="JUDGE_KEY"), environ={"JUDGE_KEY": key})
    assert key not in str(caught.value)


def test_gold_grades_are_not_computed() -> None:
    with pytest.raises(RaterMisconfigured, match="'people': gold grades are imported"):
        load_rater(resolve_rater({"name": "people", "kind": "gold"}))
