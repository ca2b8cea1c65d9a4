"""The `source` of a spec: which commit is evaluated, and who set it off."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from evalhub.spec.parts import Part, rule_error

MAX_BRANCH, MAX_ACTOR, MAX_URL, MAX_COMMIT = 255, 200, 1000, 64


def _plain(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise rule_error("blanks around it or control characters in it", "Remove them.")
    return text


def _commit(text: str) -> str:
    if not all(character in "0123456789abcdef" for character in text.lower()):
        raise rule_error("not the hexadecimal name of a commit", "Write what git rev-parse HEAD prints.")
    return text.lower()


def _address(text: str) -> str:
    if not text.startswith(("https://", "http://")) or any(character in text for character in " \"'<>\\"):
        raise rule_error("not an address of http or https", "Write the address of the CI job.")
    return _plain(text)


Branch = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BRANCH), AfterValidator(_plain)]
Commit = Annotated[str, StringConstraints(min_length=7, max_length=MAX_COMMIT), AfterValidator(_commit)]
Actor = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ACTOR), AfterValidator(_plain)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL), AfterValidator(_address)]


class SourceSpec(Part):
    """Where a campaign comes from; recorded and filtered by, and no part of what is computed."""

    commit: Commit | None = Field(None, examples=["9fceb02d0ae598e95dc970b74767f19372d61af8"])
    branch: Branch | None = Field(None, examples=["main"])
    actor: Actor | None = Field(None, examples=["octocat"])
    url: Address | None = Field(None, examples=["https://ci.example.com/jobs/7"])
