"""Raters whose prompt holds examples: what they were shown, they are not measured on."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from evalhub.core.digest import text_digest
from evalhub.core.split import folded
from evalhub.core.trained_on import trained_on
from evalhub.models import QueryCollection, Workspace
from evalhub.selectors.few_shot import ExamplesAsked, LabelledPair, UnableToFindExamples, gold_examples
from evalhub.selectors.rater_versions import UnableToChooseCorpus, gold_snapshot
from raters.few_shot import shortened, with_examples
from raters.fields import UnableToResolveRater
from raters.spec import RaterSpec

LISTED = 10


def taught(workspace: Workspace, spec: RaterSpec, examples: Mapping[str, Any] | None) -> RaterSpec:
    """The rater with examples out of gold in its prompt; which queries its examples are of is recorded.

    Args:
        examples: `examples` of a rater entry; None adds none to those that the prompt file has.

    Raises:
        UnableToResolveRater: a name is unknown, or the gold labels do not make a balanced set.
    """
    own = {text_digest(folded(one.query)) for one in spec.rubric.examples}
    if examples is None:
        return _remembering(spec, own, {}) if own else spec
    collection = _collection(workspace, examples["queries"])
    try:
        snapshot = gold_snapshot(collection, examples.get("corpus"))
    except UnableToChooseCorpus as error:
        problem = str(error).replace(" (--corpus)", "")
        raise UnableToResolveRater("examples.corpus", problem) from error
    names = [grade.name for grade in spec.rubric.grades]
    per_grade, seed = examples.get("per_grade", 1), examples.get("seed", 0)
    try:
        pairs = gold_examples(ExamplesAsked(collection, snapshot, per_grade, seed, names))
    except UnableToFindExamples as error:
        raise UnableToResolveRater("examples", str(error)) from error
    asked = {"queries": collection.name, "corpus": snapshot.corpus.name, "per_grade": per_grade, "seed": seed}
    shown = replace(spec, prompt=with_examples(spec.prompt, map(_example, pairs)))
    return _remembering(shown, own | {text_digest(pair.query.text) for pair in pairs}, asked | _ids(pairs))


def _remembering(spec: RaterSpec, learnt: Iterable[str], examples: Mapping[str, object]) -> RaterSpec:
    before = trained_on({"training": spec.training})
    digests = trained_on({"training": {"query_digests": [*before, *learnt]}})
    training = {**spec.training, "query_digests": sorted(digests)}
    return replace(spec, training=training | ({"examples": examples} if examples else {}))


def _example(pair: LabelledPair) -> Any:
    document = pair.document
    return shortened(pair.query.text, document.title, document.text, pair.grade, pair.query.need)


def _ids(pairs: Iterable[LabelledPair]) -> dict[str, object]:
    return {"pairs": [[pair.query.query_id, pair.document.doc_id, pair.grade] for pair in pairs]}


def _collection(workspace: Workspace, name: str) -> QueryCollection:
    collections = QueryCollection.objects.filter(workspace=workspace)
    found = collections.filter(name=name).first()
    if found is None:
        names = list(collections.order_by("name").values_list("name", flat=True)[:LISTED])
        there = f"there are: {', '.join(names)}" if names else "there is none yet"
        raise UnableToResolveRater(
            "examples.queries",
            f'no query collection "{name}" has been imported; {there}. Import it before the campaign: '
            "evalhub queries add NAME PATH --qrels PATH",
        )
    return found
