"""Reviews as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.pages import PageSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import ReviewItem
from evalhub.selectors.review.chosen import ORDERS
from evalhub.selectors.review.listed import N_CHARACTERS
from evalhub.services.review.queues import MAX_GUIDELINES

MAX_KEY = 2**63 - 1


class DisagreementFilterSerializer(PageSerializer):
    """Which pairs, and in what order."""

    campaign = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_KEY,
        help_text="A campaign with a review; the newest where it is left out.",
    )
    order = serializers.ChoiceField(
        choices=ORDERS, required=False, help_text="influence: what a label could change, the most first."
    )
    raters = serializers.CharField(
        required=False,
        help_text="Keys of two graders as the review lists them, 0 being the gold labels: pairs on which "
        "they differ, such as 3,0.",
    )
    grades = serializers.CharField(
        required=False, help_text="One grade of each of these two, such as 0,3: a cell of their matrix."
    )
    tag = serializers.CharField(required=False, help_text="Of the query.")
    system = serializers.CharField(required=False, help_text="A key: pairs this system has in its top k.")
    against = serializers.CharField(
        required=False, help_text="The key of another system: influence is that on their difference."
    )
    state = serializers.ChoiceField(choices=ReviewItem.State.choices, required=False)
    sample = serializers.ChoiceField(
        choices=["1"], required=False, help_text="1: pairs that were drawn for a probability sample."
    )


class StatementSerializer(serializers.Serializer[Any]):
    """What a grader of the campaign said."""

    key = serializers.IntegerField(help_text="Of the rater version; 0 for the gold labels.")
    grader = serializers.CharField()
    grade = serializers.IntegerField()
    gain = serializers.FloatField()


class DisagreementSerializer(serializers.Serializer[Any]):
    """A pair, and what a label of it could change."""

    id = serializers.IntegerField(source="item.pk")
    query_id = serializers.CharField(source="item.query.query_id")
    doc_id = serializers.CharField(source="item.document.doc_id")
    query = serializers.CharField(
        source="item.query_start", help_text=f"Its first {N_CHARACTERS} characters."
    )
    title = serializers.CharField(
        source="item.title", allow_blank=True, help_text=f"Its first {N_CHARACTERS} characters."
    )
    text = serializers.CharField(
        source="item.text_start", allow_blank=True, help_text=f"Its first {N_CHARACTERS} characters."
    )
    influence = serializers.FloatField(
        help_text="How far settling the pair can move the difference of two systems: swing times the gap, or "
        "times the uncertainty of a lone rater."
    )
    swing = serializers.FloatField(help_text="What one gain's step from 0 to 1 moves it by.")
    gap = serializers.FloatField(
        allow_null=True,
        help_text="Largest difference of two graders' gains; null where fewer than two graded.",
    )
    uncertainty = serializers.FloatField(
        source="item.uncertainty", allow_null=True, help_text="Largest entropy of a rater, 1 knowing nothing."
    )
    state = serializers.ChoiceField(source="item.state", choices=ReviewItem.State.choices)
    grade = serializers.IntegerField(
        source="item.grade", allow_null=True, help_text="What people settled on."
    )
    n_wanted = serializers.IntegerField(source="item.n_wanted", help_text="People who are asked.")
    inclusion_probability = serializers.FloatField(
        source="item.inclusion_probability", allow_null=True, help_text="Where it was drawn for a sample."
    )
    grades = StatementSerializer(
        source="said",
        many=True,
        allow_null=True,
        help_text="Null in a blind review until you graded the pair, or it is settled.",
    )


class PlaceSerializer(serializers.Serializer[Any]):
    """Where a system has the pair within the cutoff."""

    system = serializers.CharField(source="system.name")
    rank = serializers.IntegerField()
    weight = serializers.FloatField(help_text="Its part of the system's score per gain.")


class DisagreementDetailSerializer(DisagreementSerializer):
    """A pair with its whole texts and places."""

    campaign = serializers.IntegerField(source="item.queue.campaign_id")
    query = serializers.CharField(source="item.query.text")
    need = serializers.CharField(source="item.query.need", allow_blank=True)
    title = serializers.CharField(source="item.document.title", allow_blank=True)
    text = serializers.CharField(source="item.document.text", allow_blank=True)
    places = PlaceSerializer(source="item.places.all", many=True)


class ReviewSettingsSerializer(StrictSerializer):
    """What is left out stays as it is."""

    guidelines = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_GUIDELINES, trim_whitespace=False
    )
    is_blind = serializers.BooleanField(required=False)
    overlap_share = serializers.FloatField(
        required=False, help_text="Of pairs that two people grade, 0 to 1."
    )
    hold_s = serializers.IntegerField(
        required=False, help_text="Seconds that a shown pair stays one person's."
    )


class SampleRequestSerializer(StrictSerializer):
    """A simple random sample of open pairs."""

    n = serializers.IntegerField(min_value=1, max_value=MAX_KEY)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    extend = serializers.BooleanField(
        default=False, help_text="n more where a sample was drawn before; else that is refused."
    )


class SampleSerializer(serializers.Serializer[Any]):
    """The whole sample of a review."""

    n = serializers.IntegerField()
    n_population = serializers.IntegerField()
    inclusion_probability = serializers.FloatField()


class NamedKeySerializer(serializers.Serializer[Any]):
    """A name and the key that filters use."""

    key = serializers.IntegerField()
    name = serializers.CharField()


class ReviewCountsSerializer(serializers.Serializer[Any]):
    """Pairs."""

    pairs = serializers.IntegerField(source="n_pairs")
    states = serializers.DictField(child=serializers.IntegerField(), help_text="Pairs in each state.")
    disagreements = serializers.IntegerField(
        source="n_disagreements", help_text="Unsettled pairs whose label could change a result."
    )
    sample = serializers.IntegerField(source="n_sample")
    sample_open = serializers.IntegerField(source="n_sample_open")


class ReviewSerializer(serializers.Serializer[Any]):
    """The review of a campaign: settings, progress, and what its pairs can be filtered by."""

    campaign = serializers.IntegerField(source="queue.campaign_id")
    max_grade = serializers.IntegerField(source="queue.max_grade", help_text="G of the offered 0..G.")
    guidelines = serializers.CharField(source="queue.guidelines", allow_blank=True)
    is_blind = serializers.BooleanField(source="queue.is_blind")
    overlap_share = serializers.FloatField(source="queue.overlap_share")
    hold_s = serializers.IntegerField(source="queue.hold_s")
    job = JobSerializer(allow_null=True, help_text="What collects the pairs.")
    counts = ReviewCountsSerializer()
    graders = NamedKeySerializer(many=True)
    systems = NamedKeySerializer(many=True)
