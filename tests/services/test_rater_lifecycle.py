"""What a rater's bare name means, before and after versions are promoted and retired."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from evalhub.models import Rater, RaterDecision, RaterVersion, Workspace
from evalhub.selectors.rater_current import AllRetired, current_version
from evalhub.selectors.rater_versions import find_rater_version, version_of
from evalhub.selectors.raters import raters_states
from evalhub.services.rater_lifecycle import (
    UnableToPromote,
    rater_pin,
    rater_promote,
    rater_retire,
    rater_unretire,
)
from evalhub.services.raters import rater_check, rater_version_ensure
from raters.fields import UnableToResolveRater
from raters.spec import resolve_rater

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def versions(workspace: Workspace) -> list[RaterVersion]:
    """Three versions of "judge": how much of a document each reads is all the difference."""
    asked = [{"name": "judge", "kind": "hosted", "model": "m", "max_document_tokens": n} for n in (1, 2, 3)]
    return [rater_version_ensure(workspace, resolve_rater(one), 3) for one in asked]


def meant(workspace: Workspace, name: str = "judge") -> tuple[int, int, int, int | None]:
    """What the name means in reports, on a rater's own page, to a new campaign, and in lists."""
    rater = Rater.objects.get(workspace=workspace, name=name)
    [state] = raters_states([rater])
    return (
        find_rater_version(workspace, name).number,
        version_of(rater, None).number,
        rater_check(workspace, {"name": name}).max_document_tokens,
        state.version.number if state.version else None,
    )


def test_the_newest_until_one_is_promoted(workspace: Workspace, versions: list[RaterVersion]) -> None:
    assert meant(workspace) == (3, 3, 3, 3)
    decision = rater_promote(versions[0], user=None, now=NOW)
    assert meant(workspace) == (1, 1, 1, 1)
    assert decision is not None
    assert (decision.before, decision.version, decision.kind) == (versions[2], versions[0], "promoted")
    # Any version can still be named.
    assert find_rater_version(workspace, "judge@3") == versions[2]
    assert rater_check(workspace, {"name": "judge@2"}).max_document_tokens == 2


def test_promoting_twice_is_one_decision(workspace: Workspace, versions: list[RaterVersion]) -> None:
    user = User.objects.create(username="ann")
    assert rater_promote(versions[1], user=user, now=NOW)
    assert rater_promote(versions[1], user=user, now=NOW) is None
    [decision] = RaterDecision.objects.all()
    assert (decision.decided_by, decision.decided_at) == (user, NOW)


def test_a_pin_keeps_the_name_where_it_is(workspace: Workspace, versions: list[RaterVersion]) -> None:
    rater = versions[0].rater
    pinned = rater_pin(rater, user=None, now=NOW)
    assert pinned is not None
    assert pinned.version == pinned.before == versions[2]
    newer = {"name": "judge", "kind": "hosted", "model": "m", "max_document_tokens": 4}
    rater_version_ensure(workspace, resolve_rater(newer), 3)
    assert meant(workspace) == (3, 3, 3, 3)
    rater.refresh_from_db()
    assert rater_pin(rater, user=None, now=NOW) is None


def test_a_retired_version_is_never_meant(workspace: Workspace, versions: list[RaterVersion]) -> None:
    rater_promote(versions[1], user=None, now=NOW)
    rater_retire(versions[1], user=None, now=NOW)
    assert meant(workspace) == (3, 3, 3, 3)
    rater_retire(versions[2], user=None, now=NOW)
    assert meant(workspace) == (1, 1, 1, 1)
    assert rater_unretire(versions[1], user=None, now=NOW)
    assert meant(workspace) == (2, 2, 2, 2)
    assert rater_unretire(versions[1], user=None, now=NOW) is None
    with pytest.raises(UnableToPromote, match=r"judge@3 is retired; bring it back first: .* judge@3 --undo"):
        rater_promote(versions[2], user=None, now=NOW)


def test_all_retired_is_said_so(workspace: Workspace, versions: list[RaterVersion]) -> None:
    for version in versions:
        rater_retire(version, user=None, now=NOW)
    with pytest.raises(AllRetired, match='every version of the rater "judge" is retired'):
        find_rater_version(workspace, "judge")
    with pytest.raises(UnableToResolveRater, match=r"judge@3, or bring one back: .*judge@3 --undo"):
        rater_check(workspace, {"name": "judge"})
    assert find_rater_version(workspace, "judge@1") == versions[0]
    assert rater_check(workspace, {"name": "judge@1"}).max_document_tokens == 1


def test_the_shipped_name_means_what_ships_until_another_is_promoted(workspace: Workspace) -> None:
    shipped = resolve_rater({"name": "default"}).for_collection("sha256:books")
    lexical = resolve_rater({"name": "default", "kind": "calibrated", "evidence": "lexical"})
    first = rater_version_ensure(workspace, shipped, 3)
    trained = rater_version_ensure(workspace, lexical.for_collection("sha256:books"), 3)
    assert current_version(first.rater) == first
    assert rater_check(workspace, {"name": "default"}).evidence == "all"
    rater_promote(trained, user=None, now=NOW)
    assert find_rater_version(workspace, "default") == trained
    assert rater_check(workspace, {"name": "default"}).evidence == "lexical"
    rater_retire(trained, user=None, now=NOW)
    assert rater_check(workspace, {"name": "default"}).evidence == "all"
    rater_retire(first, user=None, now=NOW)
    with pytest.raises(UnableToResolveRater, match='every version of the rater "default" is retired'):
        rater_check(workspace, {"name": "default"})
