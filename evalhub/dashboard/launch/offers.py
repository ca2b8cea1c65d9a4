"""What the page offers, with a sentence on each choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalhub import conf
from evalhub.dashboard.launch.form import FULL, LaunchForm
from evalhub.dashboard.launch.mapping import Asked
from evalhub.models import System
from evalhub.selectors.launch.choices import Choices
from indexing.catalogue import REGISTERED, RegisteredModel, UnknownEmbeddingModel, weights_path
from raters.fields import OPENAI_URL
from raters.spec import SHIPPED

KINDS = [
    ("exact", "Looks at every vector, so nothing is missed. Right for up to some 100,000 documents."),
    ("hnsw", "A graph: much faster over many documents, may miss a few. The result says how many."),
]
DTYPES = [
    ("f32", "full precision"),
    ("f16", "half the memory, the same ranking but for rare ties"),
    ("i8", "a quarter of the memory"),
    ("b1", "one bit for each number: a 32nd of the memory"),
]
DIMENSIONS = [(FULL, "all"), ("256", "256"), ("128", "128"), ("64", "64")]
WEIGHTS = [
    ("log2", "log2: as in DCG; rank 10 counts 0.29 of rank 1"),
    ("reciprocal", "reciprocal: rank 10 counts a tenth of rank 1"),
    ("geometric", "geometric: each rank counts a fixed share of the one before"),
    ("linear", "linear: falls evenly down to the last rank"),
    ("uniform", "uniform: all ranks count alike"),
]
_KIND_WORDS = {
    "hosted": "a model at a provider",
    "local-llm": "a language model on this machine",
    "cross-encoder": "a cross-encoder on this machine",
    "calibrated": "words and vectors, calibrated",
    "panel": "a panel of raters",
    "gold": "people's labels",
    "imported": "graded elsewhere, imported",
}


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A registered embedding model, and whether its weights are here."""

    model: RegisteredModel
    is_installed: bool

    @property
    def description(self) -> str:
        """What is known of it without loading it."""
        parts = [f"{self.model.dimension} dimensions"]
        if self.model.matryoshka:
            parts.append("made to be cut shorter")
        limit = self.model.max_tokens
        parts.append(f"reads {limit} tokens of a text" if limit else "reads texts of any length")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class RaterOffer:
    """A rater that can be ticked."""

    name: str
    description: str


def model_offers() -> list[ModelOffer]:
    """Every registered model."""
    return [ModelOffer(model, _is_installed(name)) for name, model in REGISTERED.items()]


def installed_models() -> list[str]:
    """The registered models whose weights are on this machine."""
    return [offer.model.name for offer in model_offers() if offer.is_installed]


def rater_offers(choices: Choices, form: LaunchForm) -> list[RaterOffer]:
    """The shipped rater, those used before but the retired ones, and whatever is ticked."""
    found = dict.fromkeys(SHIPPED, "Ships with EvalHub, runs on this machine, costs nothing.")
    for state in choices.raters:
        if state.rater.name in SHIPPED and state.version and state.rater.promoted_id == state.version.pk:
            found[state.rater.name] += f" Version {state.version.number} was adopted here."
        elif state.version and state.version.retired_at:
            found.pop(state.rater.name, None)
        elif state.version and state.rater.name not in SHIPPED:
            kind = _KIND_WORDS.get(state.version.kind, state.version.kind)
            found[state.rater.name] = f"{kind} {state.version.model}, version {state.version.number}".strip()
    for name in form.raters:
        found.setdefault(name, "as in the campaign this was copied from")
    return [RaterOffer(name, description) for name, description in found.items()]


def urls_offered() -> list[str]:
    """Addresses that keys may be sent to, beside OpenAI's own."""
    return sorted(conf.hosted_urls() - {OPENAI_URL})


def systems_offered(asked: Asked, form: LaunchForm, known: Mapping[int, System]) -> Iterator[tuple[str, str]]:
    """Key and name of each chosen system, for the gate."""
    yield from ((row.key, row.name) for row in asked.combinations if row.is_used)
    yield from ((f"id:{key}", known[key].name) for key in form.system_keys if key in known)


def _is_installed(name: str) -> bool:
    try:
        weights_path(name)
    except UnknownEmbeddingModel:
        return False
    return True
