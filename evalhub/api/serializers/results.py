"""What campaigns found, as `evalhub.selectors.results` gives it."""

from typing import Any

from rest_framework import serializers

from evalhub.core.gate import Outcome

OUTCOMES = [outcome.value for outcome in Outcome]
NUMBER: dict[str, Any] = {"allow_null": True, "help_text": "null where it is not defined."}


class MeasureSerializer(serializers.Serializer[Any]):
    """A mean over queries with its 95% interval."""

    value = serializers.FloatField(**NUMBER)
    low = serializers.FloatField(**NUMBER)
    high = serializers.FloatField(**NUMBER)
    n_queries = serializers.IntegerField()


class RatedMeasureSerializer(MeasureSerializer):
    """A measure by a rater: with the exact bounds that unrated hits leave, and the share of rated ones."""

    lower_bound = serializers.FloatField(**NUMBER)
    upper_bound = serializers.FloatField(**NUMBER)
    coverage = serializers.FloatField(**NUMBER)


class SystemResultSerializer(serializers.Serializer[Any]):
    """A system by one rater."""

    name = serializers.CharField()
    rater = serializers.CharField()
    measures = serializers.DictField(child=RatedMeasureSerializer(), help_text="By name, such as PWAS@10.")
    gold_measures = serializers.DictField(child=MeasureSerializer(), help_text="Such as nDCG@10.")
    profile = serializers.DictField(help_text="Size and speed; empty for runs retrieved elsewhere.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """A paired difference, positive where `system` is better than `baseline`."""

    system = serializers.CharField()
    baseline = serializers.CharField()
    rater = serializers.CharField(help_text="gold for measures on gold labels.")
    measure = serializers.CharField()
    difference = serializers.FloatField(**NUMBER)
    low = serializers.FloatField(**NUMBER)
    high = serializers.FloatField(**NUMBER)
    p_value = serializers.FloatField(**NUMBER)
    p_holm = serializers.FloatField(**NUMBER)
    n_queries = serializers.IntegerField()
    verdict = serializers.CharField(help_text="better, worse, tie or undefined")


class RatingsSerializer(serializers.Serializer[Any]):
    """What a rater did."""

    rater = serializers.CharField()
    member_of = serializers.ListField(
        child=serializers.CharField(), help_text="The campaign's panels that it is a member of."
    )
    pairs = serializers.IntegerField()
    reused = serializers.IntegerField(help_text="Graded before this campaign was made.")
    rated = serializers.IntegerField()
    unrated = serializers.IntegerField()
    pending = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    truncated = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    saved_usd = serializers.FloatField(help_text="what the reused pairs cost when they were bought")


class NeedsSerializer(serializers.Serializer[Any]):
    """What would settle an undecided rule: how many more of each; null where that would not."""

    queries = serializers.IntegerField(allow_null=True)
    labels = serializers.IntegerField(allow_null=True, help_text="by people")
    grades = serializers.IntegerField(allow_null=True, help_text="by the rater")
    url = serializers.CharField(allow_null=True, help_text="Of the review, where labels would.")


class RuleResultSerializer(serializers.Serializer[Any]):
    """What a rule of the gate says."""

    system = serializers.CharField(allow_null=True)
    measure = serializers.CharField(allow_null=True)
    minimum = serializers.FloatField(allow_null=True)
    baseline = serializers.CharField(allow_null=True)
    margin = serializers.FloatField(allow_null=True)
    max_cost_usd = serializers.FloatField(allow_null=True)
    segment = serializers.CharField(allow_null=True, help_text="Only queries with this tag.")
    coverage = serializers.FloatField(allow_null=True, help_text="The floor; null for the campaign's.")
    baseline_asked = serializers.CharField(
        allow_null=True, help_text="Which other campaign was asked for, such as branch main."
    )
    baseline_campaign = serializers.IntegerField(
        allow_null=True, help_text="The id of the campaign that was taken when this one began."
    )
    value = serializers.FloatField(**NUMBER)
    low = serializers.FloatField(**NUMBER)
    high = serializers.FloatField(**NUMBER)
    n_queries = serializers.IntegerField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reason = serializers.CharField()
    needs = NeedsSerializer(allow_null=True)


class GateSerializer(serializers.Serializer[Any]):
    """What the gate says; null without rules, and as long as the campaign is not scored."""

    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_null=True)
    rules = RuleResultSerializer(many=True)


class ResultCampaignSerializer(serializers.Serializer[Any]):
    """Which campaign."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.CharField()
    url = serializers.CharField(help_text="Its page.")


class SourceSerializer(serializers.Serializer[Any]):
    """The commit that was evaluated, and who set it off."""

    commit = serializers.CharField(allow_null=True)
    branch = serializers.CharField(allow_null=True)
    actor = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True, help_text="Of the CI job.")


class ResultsSerializer(serializers.Serializer[Any]):
    """Everything a campaign found; its lists are empty as long as it is not scored."""

    campaign = ResultCampaignSerializer()
    # DRF takes fields out of the class, and Field.source stays what it is.
    source = SourceSerializer()  # type: ignore[assignment]
    settings = serializers.DictField()
    systems = SystemResultSerializer(many=True)
    comparisons = ComparisonSerializer(many=True)
    ratings = RatingsSerializer(many=True)
    gate = GateSerializer()
    timings_s = serializers.DictField(child=serializers.FloatField(allow_null=True))
    error = serializers.CharField(allow_blank=True)
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What to know before believing the numbers."
    )


class QueryValueSerializer(serializers.Serializer[Any]):
    """A measure of a system for a query."""

    system = serializers.CharField()
    rater = serializers.CharField(help_text="gold for measures on gold labels.")
    measure = serializers.CharField()
    value = serializers.FloatField(**NUMBER)
    lower_bound = serializers.FloatField(**NUMBER)
    upper_bound = serializers.FloatField(**NUMBER)
    n_hits = serializers.IntegerField(allow_null=True)
    n_rated = serializers.IntegerField(allow_null=True)


class QueryValuesSerializer(serializers.Serializer[Any]):
    """A query with what each system scored."""

    query_id = serializers.CharField(source="query.query_id")
    text = serializers.CharField(source="query.text")
    need = serializers.CharField(source="query.need", allow_blank=True)
    tags = serializers.ListField(source="query.tags", child=serializers.CharField())
    values = QueryValueSerializer(many=True)


class VerdictSerializer(serializers.Serializer[Any]):
    """What a rater said of a pair."""

    rater = serializers.CharField()
    member_of = serializers.ListField(
        child=serializers.CharField(), help_text="The campaign's panels that it is a member of."
    )
    state = serializers.CharField(help_text="pending, graded or unrated")
    grade = serializers.IntegerField(allow_null=True)
    gain = serializers.FloatField(allow_null=True, help_text="In [0, 1].")
    reason = serializers.CharField(allow_blank=True, help_text="Why it is unrated.")
    rationale = serializers.CharField(allow_blank=True)


class HitSerializer(serializers.Serializer[Any]):
    """A hit with its grades."""

    rank = serializers.IntegerField(source="hit.rank", help_text="Counted from 1.")
    doc_id = serializers.CharField(source="hit.document.doc_id")
    title = serializers.CharField(source="hit.document.title", allow_blank=True)
    text = serializers.CharField(source="hit.text", allow_blank=True, help_text="Its beginning.")
    n_characters = serializers.IntegerField(source="hit.n_characters", help_text="Of the whole text.")
    score = serializers.FloatField(source="hit.score")
    gold_grade = serializers.IntegerField(allow_null=True)
    judgments = VerdictSerializer(source="verdicts", many=True)
