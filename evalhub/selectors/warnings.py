"""What a reader must know before believing a campaign's numbers."""

from evalhub.models import Campaign
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.panel_members import Grader, raters_graders


def campaign_warnings(rows: CampaignRows) -> list[str]:
    """One sentence each; empty where there is nothing to warn of."""
    graders = raters_graders(rows.raters)
    found = [text for warn in (_circular, _shown) for one in graders if (text := warn(one, rows))]
    return [*found, *_older_gold(rows.campaign)]


def _older_gold(campaign: Campaign) -> list[str]:
    """People went on grading after the campaign took its gold labels."""
    used, now = campaign.gold_version, campaign.collection.gold_version
    if campaign.state != Campaign.State.DONE or now <= used:
        return []
    said = f"Scored with gold labels version {used}" if used else "Scored without gold labels"
    return [
        f"{said}; there is version {now} now. Run it again to score with these: grades are not paid twice."
    ]


def _shown(rater: Grader, rows: CampaignRows) -> str:
    """A rater whose prompt holds graded pairs of the campaign's own queries knows these answers."""
    examples = rater.version.spec.get("training", {}).get("examples", {})
    if not examples or examples["queries"] != rows.campaign.collection.name:
        return ""
    n_queries = len({query_id for query_id, _, _ in examples["pairs"]})
    which = "query" if n_queries == 1 else "queries"
    return (
        f'"{rater.name}" is shown graded pairs of {n_queries} {which} of this collection in its prompt, and '
        "may grade these better than others. Take examples of another collection, or read its scores so."
    )


def _circular(rater: Grader, rows: CampaignRows) -> str:
    """A rater that looks at similarity by a model favours what that model retrieves."""
    spec = rater.version.spec
    if rater.version.kind != "calibrated" or not spec.get("model"):
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
