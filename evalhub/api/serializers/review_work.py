"""Passing on pairs, taking back, sharing out, and how far people are, as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.reviews import MAX_KEY, DisagreementFilterSerializer, DisagreementSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.services.review.grades import MOST_KEY_CHARACTERS

FILTERS = ("order", "raters", "grades", "tag", "system", "against", "sample")


class ChoiceSerializer(StrictSerializer):
    """Which pairs, and in what order: the filters of the list of disagreements."""

    def get_fields(self) -> dict[str, Any]:
        """Those of the list, and what a subclass declares."""
        listed = DisagreementFilterSerializer().get_fields()
        return {**super().get_fields(), **{name: listed[name] for name in FILTERS}}


class PassSerializer(StrictSerializer):
    """What is to become of a pair that you do not grade now."""

    how = serializers.ChoiceField(
        choices=["skipped", "later"],
        help_text="skipped: it is left to others for good; later: it comes back when nothing else is left.",
    )


class StandingSerializer(serializers.Serializer[Any]):
    """How far the pairs of a choice are, and how fast you go."""

    pairs = serializers.IntegerField(source="n_pairs")
    open = serializers.IntegerField(source="n_open")
    left = serializers.IntegerField(source="n_left", help_text="Open ones that you have not dealt with.")
    answered = serializers.IntegerField(source="n_mine", help_text="By you.")
    skipped = serializers.IntegerField(source="n_skipped", help_text="By you, and still open.")
    settled = serializers.IntegerField(source="n_settled")
    differ = serializers.IntegerField(source="n_differ")
    unclear = serializers.IntegerField(source="n_unclear")
    per_minute = serializers.FloatField(allow_null=True, help_text="Your pace; null before there is one.")
    left_minutes = serializers.IntegerField(allow_null=True)


class ConfusionSerializer(serializers.Serializer[Any]):
    """Pairs by the grade of one grader (rows) and of another (columns)."""

    raters = serializers.ListField(child=serializers.IntegerField(), help_text="Their keys.")
    rows = serializers.ListField(child=serializers.IntegerField(), help_text="Grades of the first.")
    columns = serializers.ListField(child=serializers.IntegerField(), help_text="Grades of the second.")
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ReviewStandingSerializer(serializers.Serializer[Any]):
    """How far a review is for you, and how two graders' grades meet."""

    standing = StandingSerializer()
    confusion = ConfusionSerializer(
        allow_null=True, help_text="Of the two raters asked for, else of the first two; null for a lone one."
    )


class UndoSerializer(StrictSerializer):
    """What to take back: without fields the last thing you did."""

    item = serializers.IntegerField(required=False, min_value=1, max_value=MAX_KEY, help_text="A pair.")
    key = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=MOST_KEY_CHARACTERS,
        help_text="Of the grade that is meant; a later grade of the pair stays.",
    )


class InHandSerializer(serializers.Serializer[Any]):
    """A pair that is yours until a moment."""

    held_until = serializers.DateTimeField()
    pair = DisagreementSerializer()


class PersonSerializer(serializers.Serializer[Any]):
    """A reviewer and what the person did so far."""

    user = serializers.CharField(source="user.username")
    graded = serializers.IntegerField(source="n_graded")
    cannot_judge = serializers.IntegerField(source="n_cannot")
    skipped = serializers.IntegerField(source="n_skipped")
    later = serializers.IntegerField(source="n_later")
    assigned = serializers.IntegerField(source="n_assigned", help_text="Pairs of a share that wait.")
    adjudicated = serializers.IntegerField(source="n_adjudicated")
    seconds = serializers.FloatField(
        allow_null=True, help_text="From one grade to the next, the median without pauses."
    )
    last_at = serializers.DateTimeField(allow_null=True)
    shared = serializers.IntegerField(source="n_shared", help_text="Pairs that somebody else graded, too.")
    equal = serializers.IntegerField(source="n_equal", help_text="Of these, with the same grade by all.")


class PeopleSerializer(serializers.Serializer[Any]):
    """Everybody who did something in a review, those who graded most first."""

    results = PersonSerializer(many=True)


class AssignSerializer(ChoiceSerializer):
    """The next free pairs of a choice for one person."""

    user = serializers.CharField(help_text="A user name.")
    n = serializers.IntegerField(min_value=1, max_value=MAX_KEY)


class UnassignSerializer(StrictSerializer):
    """Whose pairs are to be everybody's again."""

    user = serializers.CharField(help_text="A user name.")


class AssignedSerializer(serializers.Serializer[Any]):
    """What was shared out or freed."""

    user = serializers.CharField()
    n = serializers.IntegerField(help_text="Pairs.")
    items = serializers.ListField(
        child=serializers.IntegerField(), help_text="Those that are the person's now; none when freed."
    )
