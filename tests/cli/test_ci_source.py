"""Which commit is evaluated."""

import json
import subprocess
from pathlib import Path

import pytest

from evalhub.cli.ci.deadline import duration
from evalhub.cli.ci.source import source_of

SHA = "9fceb02d0ae598e95dc970b74767f19372d61af8"
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": "0" * 40,
    "GITHUB_REF_NAME": "main",
    "GITHUB_ACTOR": "octocat",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "team/search",
    "GITHUB_RUN_ID": "7",
}


def test_github_actions(tmp_path: Path) -> None:
    assert source_of(GITHUB, tmp_path) == {
        "commit": "0" * 40,
        "branch": "main",
        "actor": "octocat",
        "url": "https://github.com/team/search/actions/runs/7",
    }


@pytest.mark.parametrize(
    ("repository", "branch"), [("team/search", "main"), ("stranger/search", "stranger:main")]
)
def test_a_fork_is_never_taken_for_a_branch_of_ours(tmp_path: Path, repository: str, branch: str) -> None:
    head = {"sha": SHA, "ref": "main", "label": "stranger:main", "repo": {"full_name": repository}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"head": head}}))
    found = source_of({**GITHUB, "GITHUB_HEAD_REF": "main", "GITHUB_EVENT_PATH": str(event)}, tmp_path)
    assert (found["commit"], found["branch"]) == (SHA, branch)


def test_gitlab(tmp_path: Path) -> None:
    said = {
        "GITLAB_CI": "true",
        "CI_COMMIT_SHA": SHA,
        "CI_COMMIT_REF_NAME": "main",
        "GITLAB_USER_LOGIN": "tanuki",
        "CI_JOB_URL": "https://gitlab.example/j/1",
    }
    assert source_of(said, tmp_path) == {
        "commit": SHA,
        "branch": "main",
        "actor": "tanuki",
        "url": "https://gitlab.example/j/1",
    }
    fork = {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "stranger/search",
        "CI_MERGE_REQUEST_PROJECT_PATH": "team/search",
    }
    assert source_of(said | fork, tmp_path)["branch"] == "stranger/search:main"


def test_jenkins(tmp_path: Path) -> None:
    said = {
        "JENKINS_URL": "https://j/",
        "GIT_COMMIT": SHA,
        "GIT_BRANCH": "origin/main",
        "BUILD_URL": "https://j/1/",
    }
    assert source_of(said, tmp_path) == {"commit": SHA, "branch": "main", "url": "https://j/1/"}
    assert source_of(said | {"CHANGE_BRANCH": "fix", "CHANGE_FORK": "bob"}, tmp_path)["branch"] == "bob:fix"


def test_git_itself_and_nothing_outside_it(tmp_path: Path) -> None:
    # Not even the name that git knows anywhere.
    assert source_of({}, tmp_path) == {}
    repository = tmp_path / "r"

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True)

    repository.mkdir()
    git("init", "-b", "trunk")
    git("config", "user.name", "Ada")
    git("config", "user.email", "a@b.c")
    git("commit", "--allow-empty", "-m", "one")
    found = source_of({}, repository)
    assert (found["branch"], found["actor"], len(found["commit"])) == ("trunk", "Ada", 40)
    git("checkout", "--detach")
    assert "branch" not in source_of({}, repository)


def test_what_could_not_be_kept_is_left_out(tmp_path: Path) -> None:
    said = {"JENKINS_URL": "x", "GIT_COMMIT": "no", "BRANCH_NAME": "a\x1bb", "BUILD_URL": "javascript:1"}
    assert source_of(said, tmp_path) == {}


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200)])
def test_a_time_has_a_unit(text: str, seconds: float) -> None:
    assert duration(None, None, text) == seconds
