"""What the pages around a campaign's result show, as the API shows it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.core.tags import MAX_TAGS
from evalhub.models import Campaign
from evalhub.selectors.query_view.choice import MOST_CHARACTERS, SORTS
from evalhub.selectors.query_view.table import SHOWN_CHARACTERS

RATER = "By the name the campaign gives it; the first where it is left out."
MAX_KEY = 2**63 - 1
QUERY_OUTCOMES = ["win", "tie", "loss"]
UNDEFINED: dict[str, Any] = {"allow_null": True, "help_text": "null: undefined."}


class TagsSerializer(StrictSerializer):
    """Short words that campaigns are sorted by."""

    tags = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False),
        max_length=MAX_TAGS,
        help_text="These and no others; [] for none.",
    )


class RaterFilterSerializer(StrictSerializer):
    """Whose scores."""

    rater = serializers.CharField(required=False, help_text=RATER)


class ChangesFilterSerializer(RaterFilterSerializer):
    """Against which campaign."""

    against = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_KEY, help_text="An earlier one; the one before by itself."
    )


class InputChangeSerializer(serializers.Serializer[Any]):
    """An input before and now, in words."""

    what = serializers.CharField()
    name = serializers.CharField(allow_blank=True, help_text="Which one, where there are several.")
    before = serializers.CharField()
    now = serializers.CharField()
    is_break = serializers.BooleanField(help_text="Whether scores before and after are on different scales.")


class ShortCampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A campaign among others of its name."""

    class Meta:
        model = Campaign
        fields = ["id", "name", "created_at"]


class TrendScoreSerializer(serializers.Serializer[Any]):
    """A system's score in one campaign."""

    system = serializers.CharField()
    measure = serializers.CharField()
    value = serializers.FloatField(**UNDEFINED)
    low = serializers.FloatField(**UNDEFINED)
    high = serializers.FloatField(**UNDEFINED)
    n_queries = serializers.IntegerField()
    coverage = serializers.FloatField(**UNDEFINED)


class TrendPointSerializer(serializers.Serializer[Any]):
    """A campaign with the scores of its systems, and what changed since the one before."""

    campaign = ShortCampaignSerializer()
    scale = serializers.IntegerField(help_text="Counts up where scores stop comparing with those before.")
    changes = InputChangeSerializer(many=True)
    scores = TrendScoreSerializer(many=True)


class TrendSerializer(serializers.Serializer[Any]):
    """The done campaigns of a name, oldest first; the newest 60."""

    rater = serializers.CharField(allow_blank=True)
    raters = serializers.ListField(child=serializers.CharField())
    systems = serializers.ListField(child=serializers.CharField())
    points = TrendPointSerializer(many=True)


class MovedSerializer(serializers.Serializer[Any]):
    """How many came, went, and are there under the same id with another content."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField(allow_null=True, help_text="null where it is not told from new ones.")


class SystemChangeSerializer(serializers.Serializer[Any]):
    """A system before and now, paired query by query."""

    system = serializers.CharField(source="name")
    before = serializers.FloatField(source="before.value", default=None, allow_null=True)
    now = serializers.FloatField(source="now.value", default=None, allow_null=True)
    difference = serializers.FloatField(source="result.difference", **UNDEFINED)
    low = serializers.FloatField(source="result.low", **UNDEFINED)
    high = serializers.FloatField(source="result.high", **UNDEFINED)
    p_value = serializers.FloatField(source="result.p_value", **UNDEFINED)
    p_holm = serializers.FloatField(**UNDEFINED)
    n_queries = serializers.IntegerField(source="result.n_queries")
    verdict = serializers.CharField()


class MovedQuerySerializer(serializers.Serializer[Any]):
    """A query whose score moved."""

    query_id = serializers.CharField(source="query.query_id")
    text = serializers.CharField(source="query.text")
    system = serializers.CharField()
    before = serializers.FloatField()
    now = serializers.FloatField()
    difference = serializers.FloatField()


class ChangesSerializer(serializers.Serializer[Any]):
    """A campaign against an earlier one of its name."""

    before = ShortCampaignSerializer()
    rater = serializers.CharField(allow_blank=True)
    raters = serializers.ListField(child=serializers.CharField(), help_text="Those both campaigns have.")
    measure = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why scores were not compared.")
    is_same = serializers.BooleanField(help_text="Both have the same scores, from the same inputs.")
    n_shared = serializers.IntegerField(help_text="Queries that stayed as they were.")
    inputs = InputChangeSerializer(many=True)
    documents = MovedSerializer(allow_null=True, help_text="null: the same snapshot.")
    queries = MovedSerializer(allow_null=True, help_text="null: the same version.")
    systems = SystemChangeSerializer(many=True)
    moved = MovedQuerySerializer(many=True, help_text="The queries that moved most.")


class CampaignChangesSerializer(serializers.Serializer[Any]):
    """What changed, and against which campaigns one may ask."""

    earlier = ShortCampaignSerializer(many=True, help_text="Done ones of the name, newest first.")
    changes = ChangesSerializer(allow_null=True, help_text="null where nothing came before, or not done yet.")


class SystemSoFarSerializer(serializers.Serializer[Any]):
    """A system's mean over the rated weight, with its exact bounds; nulls before it retrieved."""

    system = serializers.CharField(source="name")
    value = serializers.FloatField(source="score.value", default=None, allow_null=True)
    lower_bound = serializers.FloatField(source="score.lower_bound", default=None, allow_null=True)
    upper_bound = serializers.FloatField(source="score.upper_bound", default=None, allow_null=True)
    coverage = serializers.FloatField(source="score.coverage", default=None, allow_null=True)


class ScoresSoFarSerializer(serializers.Serializer[Any]):
    """Scores by the campaign's first rater, best first."""

    rater = serializers.CharField()
    measure = serializers.CharField()
    n_queries = serializers.IntegerField(help_text="That were looked at: those that are rated first.")
    n_queries_in_all = serializers.IntegerField()
    systems = SystemSoFarSerializer(many=True)


class SoFarSerializer(serializers.Serializer[Any]):
    """What a campaign that is not done says so far."""

    state = serializers.ChoiceField(choices=Campaign.State.choices)
    scores = ScoresSoFarSerializer(allow_null=True, help_text="null once it is done: see results.")


class ComparisonsFilterSerializer(RaterFilterSerializer):
    """Which queries, in which order."""

    system = serializers.CharField(required=False, help_text="By its name; the first by itself.")
    baseline = serializers.CharField(required=False, help_text="By its name; the next one by itself.")
    outcome = serializers.ChoiceField(
        choices=QUERY_OUTCOMES, required=False, help_text="Of the system against the baseline."
    )
    sort = serializers.ChoiceField(choices=list(SORTS.items()), required=False)
    q = serializers.CharField(
        required=False, max_length=MOST_CHARACTERS, help_text="A part of the text or of query_id."
    )
    tag = serializers.CharField(required=False, max_length=MOST_CHARACTERS)
    unrated = serializers.ChoiceField(
        choices=["1"], required=False, help_text="1: queries with pairs that have no grade."
    )
    cursor = serializers.CharField(required=False)


class SystemValueSerializer(serializers.Serializer[Any]):
    """A system's value for a query."""

    system = serializers.CharField()
    value = serializers.FloatField(**UNDEFINED)


class QueryComparisonSerializer(serializers.Serializer[Any]):
    """A query with the values of all systems."""

    query_id = serializers.CharField()
    text = serializers.CharField(help_text=f"Its first {SHOWN_CHARACTERS} characters.")
    tags = serializers.ListField(child=serializers.CharField())
    difference = serializers.FloatField(help_text="System minus baseline; null: undefined.", allow_null=True)
    outcome = serializers.ChoiceField(choices=QUERY_OUTCOMES, allow_null=True)
    disagreement = serializers.FloatField(allow_null=True, help_text="Of the raters.")
    values = SystemValueSerializer(many=True)


class ComparisonsSerializer(serializers.Serializer[Any]):
    """A page of queries, side by side."""

    rater = serializers.CharField()
    measure = serializers.CharField()
    system = serializers.CharField()
    baseline = serializers.CharField(allow_null=True, help_text="null where there is one system.")
    count = serializers.IntegerField(help_text="Queries that fit.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True, help_text="Always null: these pages go forward only.")
    results = QueryComparisonSerializer(many=True)


class ChartRowsSerializer(serializers.Serializer[Any]):
    """What a chart is drawn from; the columns are those of its CSV file."""

    results = serializers.ListField(child=serializers.DictField())
