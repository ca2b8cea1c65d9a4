"""The published agreement of 33 raters, through import, job, page, REST and command line."""

from pathlib import Path

import pytest

from benchmarks.llmjudge_product import compare, compute_all, import_labels
from evalhub.models import GoldLabel, Judgment, RaterVersion

pytestmark = pytest.mark.slow

N_RATERS, N_PAIRS, N_FIGURES = 33, 4_423, 165


def test_165_of_165_published_figures_on_every_edge(
    db: None, evalhub_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalhub.dispatch._send", lambda *message: None)
    folder = evalhub_data / "multirater-llmjudge"
    import_labels(folder, tmp_path)
    assert RaterVersion.objects.filter(kind="imported").count() == N_RATERS
    assert Judgment.objects.count() == N_RATERS * N_PAIRS
    assert GoldLabel.objects.count() == N_PAIRS
    compute_all()
    found = {one.edge: (one.n_equal, one.n_figures, list(one.wrong)) for one in compare(folder, tmp_path)}
    assert found == dict.fromkeys(("page", "REST", "CLI"), (N_FIGURES, N_FIGURES, []))
