"""The learned models that ship, as a JSON file. Loads no torch."""

import json
from pathlib import Path
from typing import Any

from raters.calibrated.model import CalibratedModel

SHIPPED_PATH = Path(__file__).parent.parent / "shipped" / "default.json"
SHIPPED_FORMAT = "evalhub-calibrated-rater-1"


def shipped_model(evidence: str) -> CalibratedModel:
    """Read the model that ships for this evidence."""
    return CalibratedModel.from_dict(_shipped()["models"][evidence])


def shipped_training() -> dict[str, Any]:
    """What the models that ship learnt from; see `evalhub.core.trained_on`."""
    return dict(_shipped()["training"])


def _shipped() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(SHIPPED_PATH.read_text(encoding="utf-8"))
    return stored
