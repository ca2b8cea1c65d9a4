"""What was typed into the page, kept as it was typed; nothing here judges it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from evalhub.core.secrets import looks_like_key
from evalhub.dashboard.numbers import whole_number
from evalhub.formats.layout import Role
from evalhub.spec.campaign import MAX_GATE_RULES, MAX_SYSTEMS

PARTS: dict[str, Role] = {"corpus": "corpus", "queries": "queries", "gold": "qrels", "run": "run"}
"""The places where a file can be uploaded, and what the file is."""

FULL = "full"
"""The dimension that a model has by itself."""

KEY_TYPED = "(a key was written here)"
"""Stands for a key in the place of a name, which the spec's check refuses."""


@dataclass(slots=True)
class FilePart:
    """An upload that is looked at before it is used.

    Attributes:
        columns: our field to the file's column, "" for none; None where nobody chose yet.
    """

    token: str = ""
    name: str = ""
    columns: dict[str, str] | None = None


@dataclass(slots=True)
class Sweep:
    """Embedding models by kinds of index, dimensions and dtypes: one system for each combination.

    Attributes:
        left_out: combinations that were unticked.
        names: what combinations are called, where somebody wrote it.
    """

    models: list[str] = field(default_factory=list)
    other_models: str = ""
    kinds: list[str] = field(default_factory=lambda: ["exact"])
    dimensions: list[str] = field(default_factory=lambda: [FULL])
    other_dimensions: str = ""
    dtypes: list[str] = field(default_factory=lambda: ["f32"])
    left_out: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Hosted:
    """A rater at a provider, described on the page; every field as in SPEC.yaml."""

    is_on: bool = False
    name: str = "judge"
    model: str = ""
    base_url: str = ""
    api_key: str = ""
    api_key_env: str = ""
    prompt: str = "graded-relevance"
    input_usd_per_mtok: str = ""
    output_usd_per_mtok: str = ""


@dataclass(slots=True)
class Rule:
    """A line of the gate; `system` and `baseline` are keys of chosen systems, "" for none."""

    system: str = ""
    measure: str = "PWAS"
    kind: str = "minimum"
    baseline: str = ""
    value: str = ""


@dataclass(slots=True)
class LaunchForm:
    """The whole page.

    Attributes:
        kept_rules: gate rules that the page has no fields for, each as JSON.
    """

    name: str = ""
    corpus: str = ""
    corpus_job: str = ""
    queries: str = ""
    sweep: Sweep = field(default_factory=Sweep)
    systems: list[str] = field(default_factory=list)
    raters: list[str] = field(default_factory=lambda: ["default"])
    hosted: Hosted = field(default_factory=Hosted)
    cutoff: str = "10"
    depth: str = ""
    weights: str = "log2"
    persistence: str = "0.8"
    budget: str = ""
    rules: list[Rule] = field(default_factory=list)
    kept_rules: list[str] = field(default_factory=list)
    parts: dict[str, FilePart] = field(default_factory=lambda: {part: FilePart() for part in PARTS})

    @property
    def system_keys(self) -> list[int]:
        """The registered systems that are ticked."""
        return [key for text in self.systems if (key := whole_number(text)) is not None][:MAX_SYSTEMS]


def read_form(data: QueryDict) -> LaunchForm:
    """What a request carries."""
    plain = {key: data.get(key, "").strip() for key in ("name", "corpus", "corpus_job", "queries")}
    numbers = ("cutoff", "depth", "weights", "persistence", "budget")
    plain |= {key: data.get(key, "").strip() for key in numbers}
    return LaunchForm(
        **plain,
        sweep=_sweep(data),
        systems=data.getlist("system"),
        raters=data.getlist("rater"),
        hosted=_hosted(data),
        rules=list(_rules(data)),
        kept_rules=data.getlist("kept_rule")[:MAX_GATE_RULES],
        parts={part: _part(data, part) for part in PARTS},
    )


def _sweep(data: QueryDict) -> Sweep:
    shown, ticked = data.getlist("shown"), data.getlist("use")
    return Sweep(
        models=data.getlist("model"),
        other_models=data.get("other_models", ""),
        kinds=data.getlist("kind"),
        dimensions=data.getlist("dimension"),
        other_dimensions=data.get("other_dimensions", ""),
        dtypes=data.getlist("dtype"),
        left_out=set(shown) - set(ticked),
        names=_under(data, "system_name:"),
    )


def _hosted(data: QueryDict) -> Hosted:
    given = {key: value.strip() for key, value in _under(data, "hosted_").items() if key in _HOSTED_TEXTS}
    # A page shows what was typed, and the spec of it: a key that was pasted for a name must not come back.
    given |= {key: KEY_TYPED for key in ("api_key", "api_key_env") if looks_like_key(given.get(key, ""))}
    return Hosted(is_on="hosted" in data, **given)


_HOSTED_TEXTS = frozenset(Hosted.__slots__) - {"is_on"}


def _rules(data: QueryDict) -> Iterator[Rule]:
    columns = {key: data.getlist(f"rule_{key}") for key in Rule.__slots__}
    n_rules = min(len(columns["system"]), MAX_GATE_RULES)
    for at in range(n_rules):
        cells = {key: values[at].strip() if at < len(values) else "" for key, values in columns.items()}
        if cells["system"] or cells["value"]:
            yield Rule(**cells)


def _part(data: QueryDict, part: str) -> FilePart:
    columns = _under(data, f"{part}_column_")
    return FilePart(
        token=data.get(f"{part}_token", ""),
        name=data.get(f"{part}_name", "").strip(),
        columns=columns or None,
    )


def _under(data: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): data[key] for key in data if key.startswith(prefix)}
