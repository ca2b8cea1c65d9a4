"""A spec as a file and as a command: what comes out is what went in."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.dashboard.launch.same_as import as_curl, as_yaml
from evalhub.spec.errors import SpecError
from evalhub.spec.load import load_spec, parse_spec

NAMES = st.text(min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    name=NAMES, system=NAMES, budget=st.floats(0, 1e7), minimum=st.floats(0, 1), cutoff=st.integers(1, 1000)
)
def test_any_spec_that_is_accepted_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    system: str,
    budget: float,
    minimum: float,
    cutoff: int,
) -> None:
    asked: dict[str, Any] = {
        "name": name,
        "corpus": {"name": name},
        "queries": {"name": "1e3"},
        "systems": [
            {"name": system, "embedding_model": "minilm", "index": {"kind": "exact", "dtype": "f32"}}
        ],
        "raters": [{"name": "on"}, {"name": "null", "kind": "hosted", "model": "007"}],
        "cutoff": cutoff,
        "budget": {"cost_usd": budget},
        "gate": [{"system": system, "measure": f"PWAS@{cutoff}", "minimum": minimum}],
    }
    try:
        spec = parse_spec(asked)
    except SpecError:
        return
    path = tmp_path_factory.mktemp("spec") / "SPEC.yaml"
    path.write_text(as_yaml(asked), encoding="utf-8")
    assert load_spec(path) == spec
    command = shlex.split(as_curl(asked, "http://x/api/v1/campaigns"))
    assert parse_spec(json.loads(command[-1])) == spec


def test_a_reader_sees_a_short_file(tmp_path: Path) -> None:
    asked = {"name": "n", "corpus": {"name": "c"}, "raters": [{"name": "default"}], "cutoff": 10}
    assert as_yaml(asked) == "name: n\ncorpus: {name: c}\nraters:\n  - {name: default}\ncutoff: 10\n"
