"""The page as an earlier campaign would have filled it in."""

from collections.abc import Mapping, Sequence
from typing import Any

from evalhub.dashboard.launch.form import FULL, LaunchForm, Rule, Sweep
from evalhub.dashboard.launch.kept_rules import as_text
from evalhub.dashboard.launch.sweep import combinations, default_name
from evalhub.models import Campaign, CampaignRater, CampaignSystem, RaterVersion
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.rater_current import is_as_shipped
from evalhub.selectors.raters import raters_states
from indexing.catalogue import REGISTERED
from raters.spec import SHIPPED

Json = Mapping[str, Any]

# Combinations that would only be shown to be left out.
MOST_LEFT_OUT = 24
_PLAIN_INDEX = {"kind", "dimension", "dtype"}


def form_of_campaign(campaign: Campaign) -> LaunchForm:
    """A form that asks for the same again, of the latest documents and queries."""
    spec = campaign.spec
    rows = list(campaign.campaign_systems.select_related("system"))
    sweep, keys = _sweep(spec.get("systems", []), rows)
    form = LaunchForm(
        name=campaign.name,
        corpus=campaign.snapshot.corpus.name,
        queries=campaign.collection.name,
        sweep=sweep,
        systems=[key.removeprefix("id:") for key in keys.values() if key.startswith("id:")],
        raters=_raters(campaign),
        cutoff=str(campaign.cutoff),
        depth=str(campaign.depth) if campaign.depth != campaign.cutoff else "",
        budget=f"{campaign.budget_usd.normalize():f}" if campaign.budget_usd is not None else "",
        rules=[_rule(rule, keys) for rule in spec.get("gate", []) if _is_plain_rule(rule)],
        kept_rules=[as_text(rule) for rule in spec.get("gate", []) if not _is_plain_rule(rule)],
    )
    form.weights, _, persistence = campaign.weights.partition(":")
    form.persistence = persistence or form.persistence
    return form


def _sweep(entries: Sequence[Json], rows: Sequence[CampaignSystem]) -> tuple[Sweep, dict[str, str]]:
    """The choices that make these systems, and the key of each by its name.

    What no choice on the page describes, and any set that would leave out much more than it takes, are
    registered systems.
    """
    ids = {row.system.name: f"id:{row.system_id}" for row in rows}
    plain = [entry for entry in entries if _is_plain(entry)]
    models = list(dict.fromkeys(entry["embedding_model"] for entry in plain))
    sweep = Sweep(
        models=[model for model in models if model in REGISTERED],
        other_models=" ".join(model for model in models if model not in REGISTERED),
        kinds=_each(plain, "kind", "exact"),
        dimensions=_each(plain, "dimension", FULL),
        dtypes=_each(plain, "dtype", "f32"),
    )
    keys = {entry["name"]: _key(entry) for entry in plain}
    made = {combination.key for combination in combinations(sweep)}
    if len(set(keys.values())) < len(plain) or len(made - set(keys.values())) > MOST_LEFT_OUT:
        return Sweep(), ids
    sweep.left_out = made - set(keys.values())
    sweep.names = {
        _key(entry): entry["name"] for entry in plain if entry["name"] != default_name(*_parts(entry))
    }
    return sweep, ids | keys


def _is_plain(entry: Json) -> bool:
    return isinstance(entry.get("embedding_model"), str) and set(entry.get("index", {})) <= _PLAIN_INDEX


def _parts(entry: Json) -> tuple[str, str, int | None, str]:
    index = entry.get("index", {})
    kind, dtype = index.get("kind", "exact"), index.get("dtype", "f32")
    return entry["embedding_model"], kind, index.get("dimension"), dtype


def _key(entry: Json) -> str:
    """As `combinations` makes it: a dimension that is the model's own is not named."""
    model, kind, dimension, dtype = _parts(entry)
    one = Sweep(models=[model], kinds=[kind], dimensions=[str(dimension or FULL)], dtypes=[dtype])
    return combinations(one)[0].key


def _each(entries: Sequence[Json], part: str, usual: str) -> list[str]:
    found = [str(entry.get("index", {}).get(part) or usual) for entry in entries]
    return list(dict.fromkeys(found)) or [usual]


def _raters(campaign: Campaign) -> list[str]:
    """Names that mean the same versions now: the shipped one, a name that means this one, or NAME@NUMBER."""
    alone = {entry["name"] for entry in campaign.spec.get("raters", []) if set(entry) == {"name"}}
    rows = campaign_raters(campaign)
    named = {row.rater_version.rater for row in rows}
    shipped = {name for name in alone & set(SHIPPED) if is_as_shipped(campaign.workspace_id, name)}
    current = {state.rater.pk: state.version for state in raters_states(list(named))}
    return [row.name if row.name in shipped else _reference(row, current) for row in rows]


def _reference(row: CampaignRater, current: Mapping[int, RaterVersion | None]) -> str:
    version = row.rater_version
    is_meant = current[version.rater_id] == version and version.retired_at is None
    return version.rater.name if is_meant else f"{version.rater.name}@{version.number}"


def _is_plain_rule(rule: Json) -> bool:
    """Whether the page has fields for it: other campaigns, segments, floors and prices are carried along."""
    is_elsewhere = isinstance(rule.get("baseline"), Mapping)
    return not is_elsewhere and not {"segment", "coverage", "max_cost_usd"} & rule.keys()


def _rule(rule: Json, keys: Mapping[str, str]) -> Rule:
    is_minimum = rule.get("minimum") is not None
    return Rule(
        system=keys.get(rule["system"], ""),
        measure=rule["measure"].partition("@")[0],
        kind="minimum" if is_minimum else "baseline",
        baseline="" if is_minimum else keys.get(rule["baseline"], ""),
        value=f"{rule['minimum'] if is_minimum else rule.get('margin') or 0.0:g}",
    )
