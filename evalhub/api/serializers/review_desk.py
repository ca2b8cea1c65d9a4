"""Taking, grading and settling pairs of a review, as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.reviews import MAX_KEY, DisagreementSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import ReviewItem
from evalhub.selectors.review.chosen import ORDERS
from evalhub.services.review.grades import MOST_CHARACTERS, MOST_KEY_CHARACTERS
from evalhub.services.review.turns import MOST_TAKEN

KEY_HELP = "Your own of this grade: sent twice, it is kept once; another grade under it is refused."


class TakeSerializer(StrictSerializer):
    """Which pairs, how many, and in what order; the filters are those of the list."""

    campaign = serializers.IntegerField(min_value=1, max_value=MAX_KEY)
    n = serializers.IntegerField(min_value=1, max_value=MOST_TAKEN, default=1)
    having = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_KEY),
        default=list,
        max_length=200,
        help_text="Ids of pairs that you hold: held anew, and not given again.",
    )
    order = serializers.ChoiceField(choices=ORDERS, required=False)
    raters = serializers.CharField(required=False)
    grades = serializers.CharField(required=False)
    tag = serializers.CharField(required=False)
    system = serializers.CharField(required=False)
    against = serializers.CharField(required=False)
    sample = serializers.ChoiceField(choices=["1"], required=False)


class TakenSerializer(serializers.Serializer[Any]):
    """Pairs that are yours until a moment; none where nothing is free."""

    held_until = serializers.DateTimeField()
    left = serializers.IntegerField(help_text="Open pairs of the choice that you have not dealt with.")
    results = DisagreementSerializer(many=True)


class PersonsGradeSerializer(StrictSerializer):
    """What you say of a pair."""

    grade = serializers.IntegerField(
        allow_null=True, help_text="From 0 to the review's max_grade; null where you can not judge it."
    )
    reason = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=MOST_CHARACTERS,
        help_text="Why it can not be judged, or why others are overruled.",
    )
    comment = serializers.CharField(default="", allow_blank=True, max_length=MOST_CHARACTERS)
    key = serializers.CharField(
        default="", allow_blank=True, max_length=MOST_KEY_CHARACTERS, help_text=KEY_HELP
    )


class EventSerializer(serializers.Serializer[Any]):
    """Something a person said of a pair, and what became of it."""

    id = serializers.IntegerField()
    reviewer = serializers.CharField()
    grade = serializers.IntegerField(allow_null=True, help_text="Null: cannot judge.")
    max_grade = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    screen = serializers.CharField(help_text="Where it was given.")
    selection = serializers.CharField(help_text="How the pair came to be graded.")
    graded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    overruled_by = serializers.IntegerField(allow_null=True, help_text="The id of an adjudication.")
    overruled_reason = serializers.CharField(allow_blank=True)


class HistoryItemSerializer(serializers.Serializer[Any]):
    """How a pair stands, and what people said of it, oldest first."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ReviewItem.State.choices)
    grade = serializers.IntegerField(allow_null=True)
    is_hidden = serializers.BooleanField(
        help_text="True in a blind review as long as you may yet grade the pair: then there are no events."
    )
    events = EventSerializer(many=True)
