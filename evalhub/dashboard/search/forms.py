"""What a person asks in the search box."""

from typing import Any

from django import forms

from evalhub.models import Snapshot, System, Workspace
from evalhub.services.searches import MOST_CHARACTERS, MOST_DEPTH

DEFAULT_DEPTH = 10


class AskForm(forms.Form):
    """A text, a corpus, one or two systems, and how many documents to show."""

    q = forms.CharField(
        max_length=MOST_CHARACTERS, error_messages={"required": "Type what you would search for."}
    )
    snapshot = forms.ModelChoiceField(
        Snapshot.objects.none(), error_messages={"invalid_choice": "This corpus is gone; choose another."}
    )
    a = forms.ModelChoiceField(
        System.objects.none(),
        error_messages={"required": "Choose a system.", "invalid_choice": "This system cannot search."},
    )
    b = forms.ModelChoiceField(
        System.objects.none(),
        required=False,
        error_messages={"invalid_choice": "This system cannot search."},
    )
    k = forms.IntegerField(min_value=1, max_value=MOST_DEPTH, required=False)

    def __init__(self, workspace: Workspace, data: Any) -> None:
        super().__init__(data)
        ready = Snapshot.objects.filter(corpus__workspace=workspace, state=Snapshot.State.READY)
        systems = System.objects.filter(workspace=workspace, kind=System.Kind.INDEX)
        self.fields["snapshot"].queryset = ready.select_related("corpus")  # type: ignore[attr-defined]
        for name in ("a", "b"):
            self.fields[name].queryset = systems  # type: ignore[attr-defined]

    @property
    def systems(self) -> list[System]:
        """The chosen systems, each once."""
        return list(dict.fromkeys(s for s in (self.cleaned_data["a"], self.cleaned_data["b"]) if s))
