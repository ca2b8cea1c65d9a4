"""How a rater is fine-tuned; light enough for a web process."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

from evalhub.core.digest import JsonValue
from raters.fields import UnableToResolveRater, check_known

KINDS = ("calibrated", "cross-encoder", "local-llm")
# A calibrated rater has no epochs: its few numbers are fitted at once.
OF_SPLIT = ("seed", "train_share", "validation_share")
# Raised when a change of the code makes other weights of the same labels and settings.
TUNING_VERSION = 1


@dataclass(frozen=True, slots=True)
class TuneSettings:
    """Hyper-parameters; all of them are in the manifest.

    Attributes:
        seed: of the split, the new head, the order of pairs, and dropout.
        train_share, validation_share: of queries; what is left over is held out.
        patience: epochs without a better validation figure before training stops.
        batch_pairs: pairs in one step of the optimiser.
        epoch_pairs: pairs drawn anew for each epoch where there are more; 0 for all of them.
        learning_rate: at its highest, after the first tenth of all steps; it falls to 0 in a line.
        balance: how far rare grades count for more: 0 not at all, 1 each grade as much as any other.
        lora_rank, lora_alpha, lora_dropout: of a local LLM's adapter.
    """

    seed: int = 0
    train_share: float = 0.6
    validation_share: float = 0.2
    epochs: int = 4
    patience: int = 2
    batch_pairs: int = 16
    epoch_pairs: int = 0
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    balance: float = 0.5
    lora_rank: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05

    def to_dict(self) -> dict[str, JsonValue]:
        """Return JSON types that `resolve_settings` takes back."""
        return asdict(self)


DEFAULTS = {
    "calibrated": TuneSettings(epochs=1),
    "cross-encoder": TuneSettings(epochs=5, learning_rate=1e-4),
    "local-llm": TuneSettings(epochs=2, patience=1, learning_rate=3e-4, epoch_pairs=1000),
}
# Smallest and largest of each.
_BOUNDS = {
    "seed": (0, 2**31 - 1),
    "train_share": (0.01, 0.99),
    "validation_share": (0.01, 0.99),
    "epochs": (1, 100),
    "patience": (1, 100),
    "batch_pairs": (1, 1024),
    "epoch_pairs": (0, 10_000_000),
    "learning_rate": (1e-8, 1.0),
    "weight_decay": (0.0, 1.0),
    "balance": (0.0, 1.0),
    "lora_rank": (1, 256),
    "lora_alpha": (1, 1024),
    "lora_dropout": (0.0, 0.9),
}


def resolve_settings(kind: str, given: Mapping[str, object]) -> TuneSettings:
    """Fill in what was not given with the defaults of a kind.

    Raises:
        UnableToResolveRater: a field is unknown, of the wrong type or out of bounds.
    """
    if kind not in KINDS:
        raise UnableToResolveRater("kind", f"{kind!r} can not be trained; choose one of: {', '.join(KINDS)}")
    names = [one.name for one in fields(TuneSettings)]
    check_known(given, OF_SPLIT if kind == "calibrated" else names)
    defaults = asdict(DEFAULTS[kind])
    values = {name: _checked(name, given.get(name, defaults[name]), defaults[name]) for name in names}
    settings = TuneSettings(**cast(dict[str, Any], values))
    if settings.train_share + settings.validation_share > 0.99:
        raise UnableToResolveRater(
            "validation_share", "training and validation leave less than 1% of the queries to measure on"
        )
    return settings


def _checked(name: str, value: object, default: int | float) -> int | float:
    low, high = _BOUNDS[name]
    is_whole = isinstance(default, int)
    is_number = isinstance(value, int) or (isinstance(value, float) and not is_whole)
    if isinstance(value, int | float) and is_number and not isinstance(value, bool) and low <= value <= high:
        return int(value) if is_whole else float(value)
    word = "an integer" if is_whole else "a number"
    raise UnableToResolveRater(name, f"{value!r} is not {word} from {low:g} to {high:g}")
