"""Which commit is evaluated: as the CI system's variables say, else as git says."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalhub.spec.source import SourceSpec

GIT_WITHIN_S = 10
Found = dict[str, str]


def source_of(environment: Mapping[str, str], folder: Path) -> Found:
    """What is known by the variables of GitHub Actions, GitLab CI or Jenkins; elsewhere by git in a folder.

    What a spec could not hold, such as a name with control characters, is left out.
    """
    if environment.get("GITHUB_ACTIONS"):
        found = _github(environment)
    elif environment.get("GITLAB_CI"):
        found = _gitlab(environment)
    elif environment.get("JENKINS_URL"):
        found = _jenkins(environment)
    else:
        found = _git(folder)
    return {key: value for key, value in found.items() if value and _is_good(key, value)}


def _is_good(key: str, value: str) -> bool:
    try:
        SourceSpec.model_validate({key: value})
    except ValidationError:
        return False
    return True


def _github(environment: Mapping[str, str]) -> Found:
    """The head of a pull request, and not the merge that GitHub makes of it."""
    said = environment.get
    run = f"{said('GITHUB_SERVER_URL')}/{said('GITHUB_REPOSITORY')}/actions/runs/{said('GITHUB_RUN_ID')}"
    found = {
        "commit": said("GITHUB_SHA", ""),
        "branch": said("GITHUB_HEAD_REF") or said("GITHUB_REF_NAME", ""),
        "actor": said("GITHUB_ACTOR", ""),
        "url": run,
    }
    head = _event(said("GITHUB_EVENT_PATH")).get("pull_request", {}).get("head", {})
    if head:
        # A fork's branch may be called main as well: its label is "owner:main".
        is_fork = (head.get("repo") or {}).get("full_name") != said("GITHUB_REPOSITORY")
        found["commit"] = head.get("sha", "")
        found["branch"] = head.get("label" if is_fork else "ref", "")
    return found


def _event(path: str | None) -> dict[str, Any]:
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _gitlab(environment: Mapping[str, str]) -> Found:
    said = environment.get
    branch = said("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") or said("CI_COMMIT_REF_NAME", "")
    project = said("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH")
    if project and project != said("CI_MERGE_REQUEST_PROJECT_PATH", said("CI_PROJECT_PATH")):
        branch = f"{project}:{branch}"
    return {
        # Of a merged-results pipeline CI_COMMIT_SHA is a merge that nobody pushed.
        "commit": said("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or said("CI_COMMIT_SHA", ""),
        "branch": branch,
        "actor": said("GITLAB_USER_LOGIN", ""),
        "url": said("CI_JOB_URL", ""),
    }


def _jenkins(environment: Mapping[str, str]) -> Found:
    said = environment.get
    branch = said("CHANGE_BRANCH") or said("BRANCH_NAME") or said("GIT_BRANCH", "").removeprefix("origin/")
    if fork := said("CHANGE_FORK"):
        branch = f"{fork}:{branch}"
    return {
        "commit": said("GIT_COMMIT", ""),
        "branch": branch,
        "actor": said("CHANGE_AUTHOR") or said("BUILD_USER_ID", ""),
        "url": said("BUILD_URL", ""),
    }


def _git(folder: Path) -> Found:
    commit = _said_by_git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    branch = _said_by_git(folder, "rev-parse", "--abbrev-ref", "HEAD")
    return {
        "commit": commit,
        "branch": "" if branch == "HEAD" else branch,  # detached
        "actor": _said_by_git(folder, "config", "user.name"),
    }


def _said_by_git(folder: Path, *arguments: str) -> str:
    """What git prints; nothing outside a repository, and where there is no git."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - git, with constant arguments
            command, capture_output=True, text=True, timeout=GIT_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
