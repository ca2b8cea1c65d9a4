"""Tags of campaigns."""

import pytest

from evalhub.core.tags import UnusableTags, checked_tags, written_tags


def test_tags_come_once_and_in_order() -> None:
    assert checked_tags(["b", "a", "b"]) == ["a", "b"]
    assert written_tags(" release   2 ,nightly,, ") == ["nightly", "release 2"]
    assert written_tags("") == []


@pytest.mark.parametrize(
    ("tag", "said"),
    [("", "empty"), ("a,b", "comma"), (" a", "blanks"), ("a\nb", "control"), ("x" * 51, "longer than 50")],
)
def test_what_is_no_tag_is_refused(tag: str, said: str) -> None:
    with pytest.raises(UnusableTags, match=said):
        checked_tags(["fine", tag])


def test_twenty_tags_are_enough() -> None:
    assert len(checked_tags(str(number) for number in range(20))) == 20
    with pytest.raises(UnusableTags, match="21 tags"):
        checked_tags(str(number) for number in range(21))
