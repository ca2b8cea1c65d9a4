"""Fine-tunings: have a rater trained, look how far it is."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.faults import request_error
from evalhub.api.named import find_collection
from evalhub.api.references import NOT_REMOTE, is_remote
from evalhub.api.serializers.trainings import TrainingSerializer, TrainSerializer
from evalhub.core.suggest import did_you_mean
from evalhub.models import FineTuning
from evalhub.selectors.fine_tunings import FineTuningState, fine_tuning_state
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.rater_versions import gold_snapshot
from evalhub.services.fine_tuning import FineTuneAsked, fine_tuning_start
from raters.fields import UnableToResolveRater
from raters.rubric import prompt_names
from raters.weights import EMBEDDING_MODELS, LOCAL_MODELS

DESCRIBED = ("name", "kind", "model", "evidence", "prompt", "max_document_tokens")


class TrainingsView(ListView):
    """Fine-tunings of raters."""

    @extend_schema(responses=TrainingSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List trainings, newest first."""
        self.asked()
        rows = FineTuning.objects.filter(workspace=self.workspace).exclude(job=None)
        return self.page(rows, TrainingSerializer, _states)

    @extend_schema(request=TrainSerializer, responses={201: TrainingSerializer, 200: TrainingSerializer})
    def post(self, request: Request) -> Response:
        """Have a rater trained from gold labels.

        Queries are split into training, validation and held-out ones. The same labels and settings are the
        same training: 200.
        """
        given = self.given(TrainSerializer)
        _check_reach(given)
        asked_at = timezone.now()
        try:
            tuning = fine_tuning_start(self.workspace, self._asked(given), now=asked_at)
        except UnableToResolveRater as error:
            raise request_error(error.field, str(error).partition(": ")[2], "") from error
        address = reverse("api:training", [tuning.pk], request=request)
        shown = TrainingSerializer(fine_tuning_state(tuning.pk, now=timezone.now()))
        return self.made(shown, address, is_new=tuning.created_at >= asked_at)

    def _asked(self, given: dict[str, Any]) -> FineTuneAsked:
        collections = [find_collection(self.workspace, one) for one in given["queries"]]
        sources = [GoldSource.current(one, gold_snapshot(one, given.get("corpus"))) for one in collections]
        described = {key: given[key] for key in DESCRIBED if key in given}
        settings = {key: _number(value) for key, value in given.get("settings", {}).items()}
        return FineTuneAsked(described, sources, settings, given.get("grades", {}))


class TrainingView(ApiView):
    """One training."""

    @extend_schema(responses=TrainingSerializer)
    def get(self, request: Request, training_id: int) -> Response:
        """Show how far a training is, its loss curve, and the version that came of it."""
        tuning = self.own(FineTuning.objects.exclude(job=None), training_id)
        return Response(TrainingSerializer(fine_tuning_state(tuning.pk, now=timezone.now())).data)


def _states(rows: list[FineTuning]) -> list[FineTuningState]:
    return [fine_tuning_state(row.pk, now=timezone.now()) for row in rows]


def _check_reach(given: dict[str, Any]) -> None:
    """Refuse what names a file of this server."""
    model = given.get("model")
    if model and model not in {**LOCAL_MODELS, **EMBEDDING_MODELS} and not is_remote(model):
        raise request_error("model", *NOT_REMOTE)
    prompt = given.get("prompt")
    if prompt is not None and prompt not in prompt_names():
        remedy = did_you_mean(prompt, prompt_names()).strip() or f"There are: {', '.join(prompt_names())}."
        raise request_error("prompt", f"no prompt {prompt!r:.100} ships with EvalHub", remedy)


def _number(value: float) -> float:
    """Whole numbers as such: a setting that counts is no fraction."""
    return int(value) if value.is_integer() else value
