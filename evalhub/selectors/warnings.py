"""What a reader must know before believing a campaign's numbers."""

from evalhub.models import CampaignRater
from evalhub.selectors.campaign_rows import CampaignRows


def campaign_warnings(rows: CampaignRows) -> list[str]:
    """One sentence each; empty where there is nothing to warn of."""
    return [text for rater in rows.raters if (text := _circular(rater, rows))]


def _circular(rater: CampaignRater, rows: CampaignRows) -> str:
    """A rater that looks at similarity by a model favours what that model retrieves."""
    spec = rater.rater_version.spec
    if rater.rater_version.kind != "calibrated" or not spec.get("model"):
        return ""
    judged = [
        row.system.name
        for row in rows.systems
        if row.system.embedding_model and row.system.embedding_model.model == spec["model"]
    ]
    if not judged or len(judged) == len(rows.systems):
        return ""
    verb, them = ("retrieves", "it") if len(judged) == 1 else ("retrieve", "them")
    return (
        f'"{rater.name}" looks at similarity by the embedding model {spec["model"]}, which {_listed(judged)} '
        f"{verb} with, and may favour {them}. Compare with people's labels, another kind of rater, or kind: "
        "calibrated with evidence: lexical."
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
