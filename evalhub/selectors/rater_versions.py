"""Rater versions by name, and the corpus whose texts gold labels are about."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from evalhub.core.errors import UserError
from evalhub.core.suggest import did_you_mean
from evalhub.models import (
    Campaign,
    CampaignRater,
    Corpus,
    GradeImport,
    QueryCollection,
    Rater,
    RaterVersion,
    Snapshot,
    Workspace,
)
from evalhub.selectors.rater_current import current_version

LISTED = 10


class UnableToFindRater(UserError):
    """No rater version has this name; the message lists what there is."""


class UnableToChooseCorpus(UserError):
    """Gold labels name documents by id, and it is not clear of which corpus."""


def find_rater_version(workspace: Workspace, name: str) -> RaterVersion:
    """The version that a rater's name means (see `current_version`), or the one that NAME@NUMBER names.

    Raises:
        UnableToFindRater: there is none.
        AllRetired: the name alone means none any more.
    """
    versions = RaterVersion.objects.filter(workspace=workspace).select_related("rater")
    base, _, number = name.rpartition("@")
    rater = Rater.objects.filter(workspace=workspace, name=name).first()
    found = current_version(rater) if rater else None
    if found is None and base and number.isdecimal():
        found = versions.filter(rater__name=base, number=int(number[:9])).first()
    # Equal raters are one version, which keeps its first name; campaigns know it by the others.
    return found or _by_campaign_name(workspace, name)


def version_of(rater: Rater, number: int | None) -> RaterVersion:
    """The version that a rater's name means (see `current_version`), or the one of a number.

    Raises:
        UnableToFindRater: there is none.
        AllRetired: the name alone means none any more.
    """
    if number is None:
        return current_version(rater) or _by_campaign_name(rater.workspace, rater.name)
    found = rater.versions.select_related("rater").filter(number=number).first()
    if found is None:
        raise UnableToFindRater(
            f'the rater "{rater.name}" has no version {number}; leave it out for what its name means'
        )
    return found


def _by_campaign_name(workspace: Workspace, name: str) -> RaterVersion:
    rows = CampaignRater.objects.filter(rater_version__workspace=workspace, name=name)
    row = rows.select_related("rater_version__rater").order_by("-pk").first()
    if row is not None:
        return row.rater_version
    names = list(Rater.objects.filter(workspace=workspace).order_by("name").values_list("name", flat=True))
    there = f"there are: {', '.join(names[:LISTED])}." if names else "there is none yet."
    hint = did_you_mean(name.partition("@")[0], names)
    raise UnableToFindRater(f'no rater "{name}" that has graded; {there}{hint} See: evalhub rater list')


def corpora_offered(collection: QueryCollection) -> tuple[list[Snapshot], list[Snapshot]]:
    """The latest snapshot of each corpus whose texts gold labels could be about.

    Returns:
        Those of corpora that campaigns or imports used with the collection, and those of all; by name.
    """
    newest = Snapshot.objects.filter(corpus=OuterRef("corpus"), state=Snapshot.State.READY)
    campaigns = Campaign.objects.filter(collection=collection, snapshot__corpus=OuterRef("corpus"))
    imports = GradeImport.objects.filter(collection=collection, snapshot__corpus=OuterRef("corpus"))
    rows = Snapshot.objects.filter(
        corpus__workspace=collection.workspace_id,
        pk=Subquery(newest.order_by("-number").values("pk")[:1]),
    )
    marked = rows.select_related("corpus").annotate(is_used=Exists(campaigns) | Exists(imports))
    found = [(one, bool(one.is_used)) for one in marked.order_by("corpus__name")]
    return [one for one, is_used in found if is_used], [one for one, _ in found]


def gold_snapshot(collection: QueryCollection, corpus: str | None) -> Snapshot:
    """The latest snapshot of the corpus that gold labels are about.

    Args:
        collection: gold labels name its queries by id.
        corpus: by name; None is the one corpus that campaigns or imports used with the collection, or the
            only one.

    Raises:
        UnableToChooseCorpus: none or several are possible, or it is empty.
    """
    used, offered = corpora_offered(collection)
    named = [one for one in offered if one.corpus.name == corpus]
    found = (used or offered) if corpus is None else named
    if len(found) == 1:
        return found[0]
    names = [one.corpus.name for one in (found or offered)][:LISTED]
    corpora = Corpus.objects.filter(workspace=collection.workspace_id)
    empty = corpora if corpus is None else corpora.filter(name=corpus)
    if not found and (name := empty.order_by("name").values_list("name", flat=True).first()):
        raise UnableToChooseCorpus(f'the corpus "{name}" has no documents yet; add them first')
    raise UnableToChooseCorpus(_which(collection, corpus, names))


def find_corpus_snapshot(workspace: Workspace, corpus: str) -> Snapshot:
    """The latest snapshot of a corpus.

    Raises:
        UnableToChooseCorpus: there is no such corpus, or it is empty.
    """
    corpora = Corpus.objects.filter(workspace=workspace)
    found = corpora.filter(name=corpus).first()
    if found is None:
        names = _names(corpora)
        there = f"there are: {', '.join(names)}" if names else "there is none yet"
        raise UnableToChooseCorpus(f'no corpus "{corpus}"; {there}')
    return _latest(found)


def _latest(corpus: Corpus) -> Snapshot:
    ready = Snapshot.objects.filter(corpus=corpus, state=Snapshot.State.READY).order_by("-number")
    snapshot = ready.select_related("corpus").first()
    if snapshot is None:
        raise UnableToChooseCorpus(f'the corpus "{corpus.name}" has no documents yet; add them first')
    return snapshot


def _names(corpora: QuerySet[Corpus]) -> list[str]:
    return list(corpora.order_by("name").values_list("name", flat=True)[:LISTED])


def _which(collection: QueryCollection, corpus: str | None, names: list[str]) -> str:
    there = f"there are: {', '.join(names)}" if names else "there is none yet"
    if corpus is not None:
        return f'no corpus "{corpus}"; {there}'
    return f'which corpus do the gold labels of "{collection.name}" grade? Name it (--corpus); {there}'
