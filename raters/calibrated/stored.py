"""Learned models as JSON files: the shipped one, and what recalibration makes. Loads no torch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from raters.calibrated.model import CalibratedModel, UnableToReadModel

SHIPPED_PATH = Path(__file__).parent.parent / "shipped" / "default.json"
SHIPPED_FORMAT = "evalhub-calibrated-rater-1"
CALIBRATION_FORMAT = "evalhub-calibration-1"


def shipped_model(evidence: str) -> CalibratedModel:
    """Read the model that ships for this evidence."""
    return CalibratedModel.from_dict(_read(SHIPPED_PATH, SHIPPED_FORMAT)["models"][evidence])


def shipped_training() -> dict[str, Any]:
    """What the models that ship learnt from; see `evalhub.core.trained_on`."""
    return dict(_read(SHIPPED_PATH, SHIPPED_FORMAT)["training"])


def save_calibration(
    path: Path, model: CalibratedModel, *, evidence: str, encoder: str, n_labels: int
) -> None:
    """Write what `recalibrate` returned.

    Args:
        encoder: digest of the embedding model's weights; "" for lexical evidence.
        n_labels: for the reader of the file.
    """
    content = {
        "format": CALIBRATION_FORMAT,
        "evidence": evidence,
        "encoder": encoder,
        "n_labels": n_labels,
        "model": model.to_dict(),
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_calibration(path: Path, *, evidence: str, encoder: str) -> CalibratedModel:
    """Read what `save_calibration` wrote.

    Raises:
        UnableToReadModel: no such file, or it was made for other evidence or another embedding model.
    """
    stored = _read(path, CALIBRATION_FORMAT)
    for field, wanted in (("evidence", evidence), ("encoder", encoder)):
        if stored.get(field) != wanted:
            raise UnableToReadModel(
                f"{path}: {field} is {stored.get(field)!r} and the rater has {wanted!r}; "
                "recalibrate this rater"
            )
    model = stored.get("model")
    if not isinstance(model, Mapping):
        raise UnableToReadModel(f"{path}: no model; recalibrate again")
    try:
        return CalibratedModel.from_dict(model)
    except UnableToReadModel as error:
        raise UnableToReadModel(f"{path}: model.{error}; recalibrate again") from error


def _read(path: Path, wanted: str) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnableToReadModel(f"{path}: {error.strerror}; give the path of a calibration file") from error
    except ValueError as error:
        raise UnableToReadModel(f"{path}: not JSON: {error}") from error
    if not isinstance(stored, dict) or stored.get("format") != wanted:
        raise UnableToReadModel(f'{path}: no "format": "{wanted}"; give a file that EvalHub made')
    return stored
