"""Rater versions with the specs that campaigns would register."""

from typing import Any

from evalhub.models import RaterVersion, Workspace
from evalhub.services.raters import rater_version_ensure
from raters.spec import resolve_rater

HOSTED = {
    "kind": "hosted",
    "model": "gpt-x",
    "base_url": "http://127.0.0.1:9/v1",
    "api_key_env": "NO_SUCH_KEY",
    "prompt": "graded-relevance",
    "input_usd_per_mtok": 2.0,
    "output_usd_per_mtok": 8.0,
}


def hosted_version(workspace: Workspace, name: str = "judge", **changes: Any) -> RaterVersion:
    """A version of a hosted rater."""
    spec = resolve_rater({"name": name, **HOSTED, **changes})
    return rater_version_ensure(workspace, spec, spec.rubric.max_grade)
