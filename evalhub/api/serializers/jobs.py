"""Jobs as the API shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.models import Job


class JobSerializer(serializers.Serializer[Any]):
    """A job and how far it is: `evalhub.selectors.progress.JobProgress`."""

    id = serializers.IntegerField(source="job_id")
    kind = serializers.ChoiceField(choices=Job.Kind.choices)
    # The metaclass takes declared fields out of the class, so that nothing is hidden by them.
    label = serializers.CharField(help_text="What it works on.")  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=Job.State.choices)
    item_word = serializers.CharField(help_text="What n_items counts: documents, pairs.")
    is_planned = serializers.BooleanField(help_text="Whether n_items is known.")
    n_items = serializers.IntegerField()
    n_done = serializers.IntegerField()
    n_units_failed = serializers.IntegerField()
    is_reused = serializers.BooleanField(help_text="Whether a campaign found it finished.")
    error = serializers.CharField(allow_blank=True)
    waiting_for = serializers.CharField(allow_blank=True, help_text="Why it does not go on right now.")
    rate_per_s = serializers.FloatField(allow_null=True)
    eta_s = serializers.FloatField(allow_null=True)
    snapshot = serializers.IntegerField(
        allow_null=True,
        help_text="Of an import that is done: the number of the snapshot that holds what was uploaded.",
    )
