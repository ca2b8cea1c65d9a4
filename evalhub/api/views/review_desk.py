"""Reviewing by REST: take pairs, grade them, undo, settle where people differ."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api import examples
from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.api.serializers.review_desk import (
    HistoryItemSerializer,
    SaidSerializer,
    TakenSerializer,
    TakeSerializer,
)
from evalhub.api.views.reviews import QUEUES
from evalhub.models import ApiToken, HumanGrade, ReviewItem
from evalhub.selectors.review.asked import UnableToChoose, chosen_strictly
from evalhub.selectors.review.chosen import chosen_items
from evalhub.selectors.review.history import item_history
from evalhub.selectors.review.listed import figures_of_item, is_hidden, listed_pairs
from evalhub.selectors.review.options import Options
from evalhub.selectors.review.standing import standing
from evalhub.services.review.adjudication import adjudicate, adjudication_undo
from evalhub.services.review.grades import Said, grade_give, turn_undo
from evalhub.services.review.turns import turns_take


class TakeView(ApiView):
    """The next pairs."""

    required_scope = ApiToken.Scope.REVIEW

    @extend_schema(
        operation_id="disagreements_next",
        request=TakeSerializer,
        examples=examples.TAKE,
        responses={200: TakenSerializer},
    )
    def post(self, request: Request) -> Response:
        """Take the next pairs of a review: yours until `held_until`, so that nobody else is given them."""
        given = self.given(TakeSerializer)
        n, having, key = given.pop("n"), given.pop("having"), given.pop("campaign")
        queue = QUEUES.filter(campaign__workspace=self.workspace, campaign=key).first()
        if queue is None:
            raise request_error("campaign", f"there is no campaign {key} with a review", "Open it first.")
        options, now = Options.of(queue), timezone.now()
        try:
            chosen = chosen_strictly(options, given)
        except UnableToChoose as error:
            raise request_error(error.field, str(error), "") from error
        items = turns_take(queue, self.user, chosen, n, now=now, having=having)
        taken = {
            "held_until": now + timedelta(seconds=queue.hold_s),
            "left": standing(chosen_items(queue, chosen), self.user, now=now).n_left,
            "results": listed_pairs(queue, options, [figures_of_item(item) for item in items], self.user),
        }
        return Response(TakenSerializer(taken).data)


class ItemView(ApiView):
    """What is done with one pair."""

    required_scope = ApiToken.Scope.REVIEW

    def item(self, item_id: int) -> ReviewItem:
        """The pair with its queue and campaign.

        Raises:
            Http404: there is none in the workspace.
        """
        found = ReviewItem.objects.filter(pk=item_id, queue__campaign__workspace=self.workspace)
        item = found.select_related("queue__campaign", "query", "document").first()
        if item is None:
            raise Http404
        return item

    def shown(self, item_id: int, status: int = 200) -> Response:
        """How the pair stands now."""
        item = self.item(item_id)
        mine = HumanGrade.objects.filter(item=item, reviewer=self.user, withdrawn_at=None)
        hidden = is_hidden(item.queue, item, is_graded=mine.exists())
        history: dict[str, Any] = {
            "id": item.pk,
            "state": item.state,
            "grade": item.grade,
            "is_hidden": hidden,
            "events": [] if hidden else [event.to_dict() for event in item_history(item)],
        }
        return Response(HistoryItemSerializer(history).data, status)


class ItemGradesView(ItemView):
    """What people say of a pair."""

    @extend_schema(
        operation_id="disagreements_grade",
        request=SaidSerializer,
        examples=examples.SAID,
        responses={201: HistoryItemSerializer},
    )
    def post(self, request: Request, item_id: int) -> Response:
        """Grade a pair, or say with a reason that you can not judge it; another grade of yours replaces it.

        A grade settles the pair once enough people gave equal ones; it is then a gold label.
        """
        item = self.item(item_id)
        given = Said(**self.given(SaidSerializer))
        grade_give(item, self.user, given, now=timezone.now(), screen=HumanGrade.Screen.API)
        return self.shown(item_id, 201)

    @extend_schema(operation_id="disagreements_undo", responses={200: HistoryItemSerializer})
    def delete(self, request: Request, item_id: int) -> Response:
        """Take your own grade back: the pair is yours again, and its gold label as it was before."""
        item = self.item(item_id)
        turn_undo(item.queue, self.user, now=timezone.now(), item_id=item.pk)
        return self.shown(item_id)


class ItemAdjudicationView(ItemView):
    """The word that settles a pair."""

    @extend_schema(
        operation_id="disagreements_adjudicate",
        request=SaidSerializer,
        examples=examples.SETTLED,
        responses={201: HistoryItemSerializer},
    )
    def post(self, request: Request, item_id: int) -> Response:
        """Settle a pair, with a reason, whatever people said; theirs stay in its history as overruled."""
        adjudicate(self.item(item_id), self.user, Said(**self.given(SaidSerializer)), now=timezone.now())
        return self.shown(item_id, 201)

    @extend_schema(operation_id="disagreements_adjudication_undo", responses={200: HistoryItemSerializer})
    def delete(self, request: Request, item_id: int) -> Response:
        """Take your own adjudication back: people's grades count again."""
        adjudication_undo(self.item(item_id), self.user, now=timezone.now())
        return self.shown(item_id)


class ItemHistoryView(ItemView):
    """The history of a pair."""

    @extend_schema(operation_id="disagreements_history", responses=HistoryItemSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        """Show who said what of a pair, when, from where, and what was overruled and why."""
        return self.shown(item_id)
