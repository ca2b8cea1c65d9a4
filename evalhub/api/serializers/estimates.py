"""What a campaign would take."""

from rest_framework import serializers


class RaterEstimateSerializer(serializers.Serializer[object]):
    """Bounds for one rater: all systems find the same documents, or none in common."""

    rater = serializers.CharField()
    kind = serializers.CharField()
    judged = serializers.IntegerField(help_text="pairs of these queries that cost nothing any more")
    pairs_low = serializers.IntegerField()
    pairs_high = serializers.IntegerField()
    input_tokens_low = serializers.IntegerField()
    input_tokens_high = serializers.IntegerField()
    output_tokens_low = serializers.IntegerField()
    output_tokens_high = serializers.IntegerField()
    cost_usd_low = serializers.FloatField()
    cost_usd_high = serializers.FloatField()
    seconds_low = serializers.FloatField(allow_null=True, help_text="null for a rater that never rated")
    seconds_high = serializers.FloatField(allow_null=True)
    member_of = serializers.ListField(
        child=serializers.CharField(), help_text="The spec's panels that it is a member of."
    )


class CampaignEstimateSerializer(serializers.Serializer[object]):
    """A rater each, in the spec's order, then the members of panels that are no raters of the spec."""

    raters = RaterEstimateSerializer(many=True)
