"""The search box by REST: ask a system, read what it found, grade it on the spot."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.asked import AskedView, find_named
from evalhub.api.base import ListView
from evalhub.api.faults import request_error
from evalhub.api.serializers.searches import (
    AskSerializer,
    BesideSerializer,
    HitGradedSerializer,
    HitGradeSerializer,
    HitNamedSerializer,
    SearchListSerializer,
    SearchSerializer,
    SearchSystemsFilterSerializer,
    SearchSystemsSerializer,
)
from evalhub.api.snapshots import snapshot_named
from evalhub.models import ApiToken, Corpus, Search, SearchHit, System
from evalhub.selectors.search_box.choices import search_choices
from evalhub.selectors.search_box.labels import search_collection_name
from evalhub.selectors.search_box.result import SearchResult, search_result
from evalhub.services.gold_labels import Seen
from evalhub.services.search_grades import search_grade
from evalhub.services.searches import UnableToSearch, search_ask

SEARCHES = Search.objects.select_related("system", "snapshot__corpus")


class SearchSystemsView(AskedView):
    """Systems for the search box."""

    @extend_schema(parameters=[SearchSystemsFilterSerializer], responses=SearchSystemsSerializer)
    def get(self, request: Request, corpus_id: int) -> Response:
        """Show which systems can search a corpus: those whose index over its snapshot is built."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        asked = self.parameters(SearchSystemsFilterSerializer)
        snapshot = snapshot_named(corpus, asked.get("snapshot"), "snapshot")
        systems = search_choices(self.workspace, snapshot.pk).systems
        return Response(SearchSystemsSerializer({"snapshot": snapshot.number, "results": systems}).data)


class SearchesView(ListView):
    """Searches; whoever may look may ask, as on the page, but a token spends only where it may run."""

    required_scope = ApiToken.Scope.READ
    token_scope = ApiToken.Scope.RUN

    @extend_schema(responses=SearchSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List searches, newest first; old ones are deleted."""
        self.asked()
        return self.page(SEARCHES.filter(workspace=self.workspace), SearchSerializer)

    @extend_schema(
        operation_id="searches_ask",
        request=AskSerializer,
        responses={202: SearchSerializer, 200: SearchSerializer},
    )
    def post(self, request: Request) -> Response:
        """Ask a system: 202 and a worker answers, 200 where the same was asked before and is answered.

        Look at the address in Location until it is open no more.
        """
        given = self.given(AskSerializer)
        corpora = Corpus.objects.filter(workspace=self.workspace)
        corpus = find_named(corpora, given["corpus"], "corpus", "corpus")
        systems = System.objects.filter(workspace=self.workspace, kind=System.Kind.INDEX)
        system = find_named(systems, given["system"], "system", "system that searches an index")
        snapshot = snapshot_named(corpus, given.get("snapshot"), "snapshot")
        try:
            search = search_ask(
                self.workspace, snapshot, system, given["text"], given["depth"], now=timezone.now()
            )
        except UnableToSearch as error:
            raise request_error("system", str(error), "") from error
        address = reverse("api:search", [search.pk], request=request)
        status = 200 if search.state == Search.State.DONE else 202
        return Response(SearchSerializer(search).data, status, headers={"Location": address})


class SearchView(AskedView):
    """One search."""

    @extend_schema(responses=SearchListSerializer)
    def get(self, request: Request, search_id: int) -> Response:
        """Show how far a search is, then what it found, with what raters and people said of it."""
        return Response(SearchListSerializer(self._found(search_id).lists[0]).data)

    def _found(self, *ids: int) -> SearchResult:
        try:
            return search_result(self.workspace, ids, now=timezone.now())
        except Search.DoesNotExist as error:
            raise Http404 from error


class SearchBesideView(SearchView):
    """Two searches."""

    @extend_schema(operation_id="searches_beside", responses=BesideSerializer)
    def get(self, request: Request, search_id: int, beside_id: int) -> Response:  # type: ignore[override]
        """Show two answers to one text over one corpus side by side: where each document is in the other."""
        return Response(BesideSerializer(self._found(search_id, beside_id)).data)


class SearchGradesView(AskedView):
    """What people say of what was found."""

    required_scope = ApiToken.Scope.REVIEW

    @extend_schema(
        operation_id="searches_grade", request=HitGradeSerializer, responses={201: HitGradedSerializer}
    )
    def post(self, request: Request, search_id: int) -> Response:
        """Grade a document that was found, as gold; the query joins the collection of the search box."""
        search, given = self._search(search_id), self.given(HitGradeSerializer)
        seen = Seen(given["seen"]) if "seen" in given else None
        return self._graded(search, given["doc_id"], given["grade"], seen, 201)

    @extend_schema(
        operation_id="searches_grade_undo",
        parameters=[HitNamedSerializer],
        responses={200: HitGradedSerializer},
    )
    def delete(self, request: Request, search_id: int) -> Response:
        """Take the grade of a document back."""
        search = self._search(search_id)
        return self._graded(search, self.parameters(HitNamedSerializer)["doc_id"], None, None, 200)

    def _search(self, search_id: int) -> Search:
        return self.own(SEARCHES.all(), search_id)

    def _graded(
        self, search: Search, doc_id: str, grade: int | None, seen: Seen | None, status: int
    ) -> Response:
        document = SearchHit.objects.filter(search=search, document__doc_id=doc_id).values_list("document")
        if (key := document.first()) is None:
            raise request_error("doc_id", f'the search found no document "{doc_id[:100]}"', "Search again.")
        before = search_grade(search, key[0], grade, user=self.user, now=timezone.now(), seen=seen)
        shown: dict[str, Any] = {
            "doc_id": doc_id,
            "grade": grade,
            "before": before,
            "collection": search_collection_name(search.snapshot.corpus),
        }
        return Response(HitGradedSerializer(shown).data, status)
