"""What `POST campaigns` takes, for the schema: the spec's own model, without files and with ids."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.raters import RaterSpec

Json = dict[str, Any]

FILES = {"CorpusSpec": ["path"], "QueriesSpec": ["path", "qrels"], "SystemSpec": ["run"]}
WITH_ID = ("CorpusSpec", "QueriesSpec", "SystemSpec", "RaterSpec")
# Examples are YAML, and would be wrong as JSON; descriptions speak of files.
UNSUITED = ("examples", "title", "description")
ID = {"type": "integer", "minimum": 1}

EXAMPLES = [
    OpenApiExample(
        "Compare a model with production, under a gate",
        request_only=True,
        value={
            "name": "nightly",
            "corpus": {"name": "electronics"},
            "queries": {"name": "head"},
            "systems": [
                {"name": "minilm-384", "embedding_model": "minilm", "index": {"kind": "exact"}},
                {"name": "production"},
            ],
            "raters": [{"name": "default"}],
            "cutoff": 10,
            "gate": [
                {"system": "minilm-384", "measure": "PWAS@10", "minimum": 0.6},
                {"system": "minilm-384", "measure": "PWAS@10", "baseline": "production", "margin": 0.01},
            ],
        },
    )
]


def campaign_request() -> dict[str, Any]:
    """The body by media type."""
    schema = CampaignSpec.model_json_schema()
    parts: dict[str, Json] = schema.pop("$defs")
    for name, keys in FILES.items():
        for key in keys:
            del parts[name]["properties"][key]
    for name in WITH_ID:
        parts[name]["properties"]["id"] = ID
        parts[name]["anyOf"] = [{"required": ["name"]}, {"required": ["id"]}]
        parts[name]["required"].remove("name")
    parts["SystemSpec"]["properties"]["embedding_model"]["anyOf"].append(ID)
    return {"application/json": _inlined(schema, parts)}


def rater_request() -> dict[str, Any]:
    """The body of `POST raters` by media type."""
    schema = RaterSpec.model_json_schema()
    parts: dict[str, Json] = schema.pop("$defs", {})
    schema["properties"]["corpus"] = {"type": "string"}
    return {"application/json": _inlined(schema, parts)}


def _inlined(schema: Any, parts: dict[str, Json]) -> Any:
    """Put definitions in the place of references."""
    if isinstance(schema, list):
        return [_inlined(item, parts) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _inlined(parts[reference.rpartition("/")[2]], parts)
    return {key: _inlined(value, parts) for key, value in schema.items() if key not in UNSUITED}
