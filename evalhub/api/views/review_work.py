"""The rest of the review screens by REST: pass, undo, share out, see how far people are."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api import examples
from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.api.serializers.review_desk import HistoryItemSerializer
from evalhub.api.serializers.review_work import (
    AssignedSerializer,
    AssignSerializer,
    ChoiceSerializer,
    InHandSerializer,
    PassSerializer,
    PeopleSerializer,
    ReviewStandingSerializer,
    UnassignSerializer,
    UndoSerializer,
)
from evalhub.api.views.review_desk import ItemView
from evalhub.api.views.reviews import QUEUES
from evalhub.models import ApiToken, ReviewItem, ReviewQueue, Workspace
from evalhub.selectors.members import reviewers_of
from evalhub.selectors.review.asked import UnableToChoose, chosen_strictly
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.selectors.review.counts import Confusion, confusion
from evalhub.selectors.review.listed import figures_of_item, listed_pairs
from evalhub.selectors.review.options import Options
from evalhub.selectors.review.people import review_people
from evalhub.selectors.review.standing import standing
from evalhub.services.review.grades import turn_undo
from evalhub.services.review.turns import turn_pass, turn_take, turns_assign, turns_unassign


class QueueView(ApiView):
    """Something of a campaign's review."""

    required_scope = ApiToken.Scope.REVIEW

    def queue(self, campaign_id: int) -> ReviewQueue:
        """The review of a campaign.

        Raises:
            Http404: there is none in the workspace.
        """
        found = QUEUES.filter(campaign__workspace=self.workspace, campaign=campaign_id).first()
        if found is None:
            raise Http404
        return found

    def in_hand(self, item: ReviewItem) -> Response:
        """Answer with a pair that is now the user's."""
        (listed,) = listed_pairs(item.queue, Options.of(item.queue), [figures_of_item(item)], self.user)
        until = timezone.now() + timedelta(seconds=item.queue.hold_s)
        return Response(InHandSerializer({"held_until": until, "pair": listed}).data)


class ItemPassView(ItemView):
    """Not grading a pair."""

    @extend_schema(
        operation_id="disagreements_pass", request=PassSerializer, responses={200: HistoryItemSerializer}
    )
    def post(self, request: Request, item_id: int) -> Response:
        """Skip a pair, or put it off; what you answered before stays answered.

        To say that a pair can not be judged, grade it null with a reason.
        """
        item = self.item(item_id)
        turn_pass(item, self.user, self.given(PassSerializer)["how"], now=timezone.now())
        return self.shown(item_id)

    @extend_schema(operation_id="disagreements_pass_undo", responses={200: HistoryItemSerializer})
    def delete(self, request: Request, item_id: int) -> Response:
        """Take your pass back: the pair is yours again, unless somebody else has it now."""
        item = self.item(item_id)
        turn_undo(item.queue, self.user, now=timezone.now(), item_id=item.pk)
        return self.shown(item_id)


class ItemTakeView(ItemView, QueueView):
    """One pair by name."""

    @extend_schema(operation_id="disagreements_take", request=None, responses={200: InHandSerializer})
    def post(self, request: Request, item_id: int) -> Response:
        """Take this pair, so that nobody else is given it; 409 where it is settled or in others' hands."""
        return self.in_hand(turn_take(self.item(item_id), self.user, now=timezone.now()))


class ReviewUndoView(QueueView):
    """Taking back."""

    @extend_schema(request=UndoSerializer, responses={200: InHandSerializer})
    def post(self, request: Request, campaign_id: int) -> Response:
        """Take back the last thing you did with a pair: a grade, a skip or a later; the pair is yours again.

        Asked again it goes one step further back; with `item` it is about that pair, and sent twice is once.
        """
        queue, given = self.queue(campaign_id), self.given(UndoSerializer)
        item = turn_undo(queue, self.user, now=timezone.now(), item_id=given.get("item"), key=given["key"])
        item.queue = queue
        return self.in_hand(item)


class ReviewStandingView(QueueView):
    """How far a review is."""

    @extend_schema(parameters=[ChoiceSerializer], responses=ReviewStandingSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show how far the pairs of a choice are for you, and how the grades of two graders meet."""
        queue = self.queue(campaign_id)
        checked = ChoiceSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        options = Options.of(queue)
        chosen = _chosen(options, dict(checked.validated_data))
        shown = {
            "standing": standing(chosen_items(queue, chosen), self.user, now=timezone.now()),
            "confusion": _confusion(queue, options, chosen),
        }
        return Response(ReviewStandingSerializer(shown).data)


class ReviewPeopleView(QueueView):
    """The people of a review."""

    @extend_schema(responses=PeopleSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show who graded how many pairs, how fast, and how far those agree whose pairs overlap."""
        return Response(PeopleSerializer({"results": review_people(self.queue(campaign_id))}).data)


class ReviewAssignmentsView(QueueView):
    """Shares of pairs; who plans a review gives them out."""

    required_scope = ApiToken.Scope.RUN

    @extend_schema(
        request=AssignSerializer, examples=examples.ASSIGNMENT, responses={201: AssignedSerializer}
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        """Make the next free pairs of a choice one person's by name, without a time-out."""
        queue, given = self.queue(campaign_id), self.given(AssignSerializer)
        user, n = _user(self.workspace, given.pop("user")), given.pop("n")
        items = turns_assign(queue, user, _chosen(Options.of(queue), given), n, now=timezone.now())
        return Response(_assigned(user, len(items), [item.pk for item in items]), 201)

    @extend_schema(parameters=[UnassignSerializer], responses={200: AssignedSerializer})
    def delete(self, request: Request, campaign_id: int) -> Response:
        """Free what a person was assigned and has not dealt with."""
        queue = self.queue(campaign_id)
        checked = UnassignSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        user = _user(self.workspace, checked.validated_data["user"])
        return Response(_assigned(user, turns_unassign(queue, user, now=timezone.now()), []))


def _chosen(options: Options, given: dict[str, str]) -> Chosen:
    try:
        return chosen_strictly(options, given)
    except UnableToChoose as error:
        raise request_error(error.field, str(error), "") from error


def _confusion(queue: ReviewQueue, options: Options, chosen: Chosen) -> Confusion | None:
    raters = chosen.raters or options.usual_raters
    if raters is None:
        return None
    return confusion(queue, chosen, raters, (options.scales[raters[0]], options.scales[raters[1]]))


def _user(workspace: Workspace, name: str) -> User:
    found = reviewers_of(workspace).filter(username=name).first()
    if found is None:
        raise request_error("user", f'no member "{name[:50]}" may review', "Write the name used to sign in.")
    return found


def _assigned(user: User, n: int, items: list[int]) -> Any:
    return AssignedSerializer({"user": user.get_username(), "n": n, "items": items}).data
