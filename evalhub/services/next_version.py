"""Train the next version of a rater from people's labels; nothing changes until somebody adopts it."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import FineTuning, RaterVersion
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.loop.readiness import base_of, own_scale, readiness
from evalhub.selectors.loop.subject import BESIDE
from evalhub.services.fine_tuning import FineTuneAsked, fine_tuning_start
from evalhub.services.rater_lifecycle import rater_pin
from raters.spec import RaterSpec, resolve_rater

LOCAL = "calibrated"


class UnableToTrainNext(UserError):
    """There is no next version to train; the message says what to do instead."""


def next_version_start(
    version: RaterVersion, source: GoldSource, *, user: User | None, now: datetime
) -> FineTuning:
    """Ask for the next version of a rater, of the same kind and name, learnt from all labels there are.

    Its bare name is made to mean what it means now before the training is asked for.

    Raises:
        UnableToTrainNext: the kind is not trained here, or labels are missing.
        UnableToFineTune: the labels do not fit the rubric.
    """
    found = readiness(version, source)
    name = f"{version.rater.name}@{version.number}"
    if not found.is_trainable:
        raise UnableToTrainNext(
            f"{name} is of kind {version.kind}, which is not trained here; train a local rater beside it, or "
            "show it examples out of the labels: examples: {queries: " + source.collection.name + "}"
        )
    if found.missing:
        lacks = "; ".join(one.sentence for one in found.missing)
        raise UnableToTrainNext(
            f"{found.n_labels} labels do not teach a next version of {name} yet. Missing: {lacks}"
        )
    base = replace(base_of(version), name=version.rater.name)
    asked = FineTuneAsked(base, [source], found.settings, own_scale(source.collection, version.max_grade))
    with transaction.atomic():
        rater_pin(version.rater, user=user, now=now)
        return fine_tuning_start(version.workspace, asked, now=now)


def beside_start(version: RaterVersion, source: GoldSource, *, now: datetime) -> FineTuning:
    """Ask for a local rater of the same rubric, beside one that is not trained here.

    Raises:
        UnableToFineTune: the labels can not teach it.
    """
    rubric = RaterSpec.from_dict(version.spec).prompt
    base = replace(resolve_rater({"name": f"{version.rater.name}{BESIDE}", "kind": LOCAL}), prompt=rubric)
    asked = FineTuneAsked(base, [source], {}, own_scale(source.collection, version.max_grade))
    return fine_tuning_start(version.workspace, asked, now=now)
