"""Profiles of corpora: ask for one, look at the newest."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.api.named import find_collection
from evalhub.api.serializers.profiles import (
    ProfileFilterSerializer,
    ProfileRequestSerializer,
    ProfileSerializer,
)
from evalhub.models import Corpus, CorpusProfile
from evalhub.selectors.inputs.profiles import profile_state, profiles_of
from evalhub.services.profiles import profile_start
from evalhub.services.snapshots import snapshot_latest


class ProfileView(ApiView):
    """What a corpus is like."""

    @extend_schema(parameters=[ProfileFilterSerializer], responses=ProfileSerializer)
    def get(self, request: Request, corpus_id: int) -> Response:
        """Show the newest profile of a corpus, as far as it is computed.

        As `evalhub corpus profile --json` writes it. 404 before one was asked for.
        """
        corpus = self.own(Corpus.objects.all(), corpus_id)
        checked = ProfileFilterSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        rows = profiles_of(corpus)
        if number := checked.validated_data.get("snapshot"):
            rows = rows.filter(snapshot__number=number)
        found = rows.first()
        if found is None:
            raise Http404
        return Response(_shown(found))

    @extend_schema(request=ProfileRequestSerializer, responses={202: ProfileSerializer})
    def post(self, request: Request, corpus_id: int) -> Response:
        """Ask for a profile of the latest snapshot; an equal one is not made again."""
        corpus = self.own(Corpus.objects.select_related("workspace"), corpus_id)
        given = self.given(ProfileRequestSerializer)
        snapshot = snapshot_latest(corpus)
        if snapshot is None:
            raise request_error("corpus", f'"{corpus.name}" has no documents yet', "Upload some first.")
        collection = find_collection(self.workspace, given["queries"]) if "queries" in given else None
        made = profile_start(snapshot, collection, now=timezone.now())
        address = reverse("api:corpus-profile", [corpus.pk], request=request)
        return Response(_shown(made), 202, headers={"Location": address})


def _shown(profile: CorpusProfile) -> Any:
    return ProfileSerializer(profile_state(profile, now=timezone.now()).to_dict()).data
