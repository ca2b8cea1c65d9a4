"""Tags of campaigns: short words that people sort by."""

from collections.abc import Iterable

from evalhub.core.errors import UserError

MAX_TAGS = 20
MAX_CHARACTERS = 50


class UnusableTags(UserError):
    """A tag, or the number of them, is not acceptable; the message says why and what to change."""


def checked_tag(tag: str) -> str:
    """Return a tag as it is.

    Raises:
        UnusableTags: it is empty or too long, or holds a comma, blanks at its ends or control characters.
    """
    if not tag:
        raise UnusableTags("an empty tag. Write a word, or remove it.")
    if len(tag) > MAX_CHARACTERS:
        raise UnusableTags(f"a tag longer than {MAX_CHARACTERS} characters. Shorten it.")
    if "," in tag:
        raise UnusableTags("a comma in a tag. Commas part tags: write two.")
    if tag != tag.strip() or not tag.isprintable():
        raise UnusableTags("blanks around a tag or control characters in it. Remove them.")
    return tag


def checked_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags in order of the alphabet, each once.

    Raises:
        UnusableTags: there are too many, or one of them is not acceptable.
    """
    found = sorted({checked_tag(tag) for tag in tags})
    if len(found) > MAX_TAGS:
        raise UnusableTags(f"{len(found)} tags; a campaign has at most {MAX_TAGS}. Remove some.")
    return found


def written_tags(text: str) -> list[str]:
    """Read tags that a person wrote with commas between them; blanks around each do not count.

    Raises:
        UnusableTags: as `checked_tags`.
    """
    return checked_tags(tag for part in text.split(",") if (tag := " ".join(part.split())))
