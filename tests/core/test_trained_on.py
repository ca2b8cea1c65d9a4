"""Which queries a rater learnt from."""

import pytest

from evalhub.core.digest import text_digest
from evalhub.core.trained_on import SHORT, UnreadableManifest, digests_of_query, trained_on


def test_a_rater_that_was_not_trained_learnt_from_nothing() -> None:
    assert trained_on({"kind": "hosted"}) == frozenset()
    assert trained_on({"training": {}}) == trained_on({"training": None}) == frozenset()


def test_the_queries_of_a_manifest() -> None:
    one = text_digest("one")
    spec = {"training": {"query_digests": [one, "sha256:" + text_digest("two")], "n_pairs": 7}}
    assert trained_on(spec) == {one[:SHORT], text_digest("two")[:SHORT]}
    assert trained_on({"training": {"query_digests": [one[:SHORT]]}}) == {one[:SHORT]}
    assert trained_on({"training": {"query_digests": []}}) == frozenset()


@pytest.mark.parametrize("manifest", [{"n_pairs": 7}, {"query_digests": "abc"}, ["abc"], "abc"])
def test_a_manifest_that_does_not_say_is_no_licence(manifest: object) -> None:
    with pytest.raises(UnreadableManifest, match="query_digests"):
        trained_on({"training": manifest})


def test_a_query_goes_by_its_text_with_and_without_its_need_and_case_aside() -> None:
    digests = digests_of_query("What  is X", "a definition")
    assert {
        text_digest("What  is X")[:SHORT],
        text_digest("what is x")[:SHORT],
        text_digest("What  is X", "a definition")[:SHORT],
    } == digests
    assert text_digest("What  is X", "")[:SHORT] in digests_of_query("What  is X")
