"""What all views of the API share."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any, ClassVar, TypeVar, cast

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from evalhub.api.audited import Audited
from evalhub.api.etags import answered_if_matched, is_conditional, tagged
from evalhub.api.idempotency import answered_once, key_of
from evalhub.api.ndjson import LinesRenderer, lines_of, streamed, wants_lines
from evalhub.api.pages import Pages
from evalhub.api.parsers import StorableJsonParser
from evalhub.api.permissions import place_of
from evalhub.api.schema import ProblemSchema
from evalhub.api.serializers.pages import PageSerializer
from evalhub.api.writers import writer
from evalhub.models import ApiToken, Workspace

Row = TypeVar("Row", bound=Model)


class ApiView(Audited, APIView):
    """A view over the rows of one workspace."""

    parser_classes = [StorableJsonParser]
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = ProblemSchema()
    read_scope: ClassVar[str] = ApiToken.Scope.READ
    required_scope: ClassVar[str] = ApiToken.Scope.RUN
    token_scope: ClassVar[str | None] = None
    # Whether two equal POSTs make two things. One with a key is then stored together with its answer, so that
    # a process that dies between the two leaves nothing that a repeated request would make again. Whatever
    # can be read or made before, since doing it twice changes nothing, belongs into `prepare`: on SQLite
    # nobody else writes meanwhile.
    makes_anew: ClassVar[bool] = False

    is_tagged: ClassVar[bool] = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """See who asks; have a POST with a key answered once, and a change with If-Match compared first."""
        # The framework looks first at what form the answer shall have, and would tell strangers about that.
        self.perform_authentication(request)
        self.check_permissions(request)
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and key_of(request) is not None and hasattr(self, "post"):
            # The framework looks the handler up after this.
            vars(self)["post"] = partial(answered_once, self, self.post)
        if is_conditional(self, request):
            name = str(request.method).lower()
            vars(self)[name] = partial(answered_if_matched, self, getattr(self, name))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Choose the form of the answer.

        Raises:
            ValidationError: the address asks for one that there is not.
        """
        try:
            return super().perform_content_negotiation(request, force)
        except Http404 as error:
            forms = ", ".join(renderer.format for renderer in self.get_renderers())
            raise ValidationError({"format": f"there is no such form; there are: {forms}"}) from error

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Tell what is one thing by an ETag, and say nothing again to whoever has it."""
        final = super().finalize_response(request, response, *args, **kwargs)
        # The framework takes any response of Django's, whatever its stubs say.
        return cast(Response, tagged(request, final)) if self.is_tagged else final

    def prepare(self, request: Request) -> Any:
        """What `post` of a view that makes something anew needs, found before its transaction."""
        return None

    @cached_property
    def prepared(self) -> Any:
        """What `prepare` found, once per request."""
        return self.prepare(self.request)

    @property
    def user(self) -> User:
        """Who asks; permissions let nobody else come this far."""
        return cast(User, self.request.user)

    @property
    def workspace(self) -> Workspace:
        """The token's, or the one that the session chose."""
        return place_of(self.request).workspace

    @property
    def role(self) -> str:
        """What the user is in the workspace."""
        return place_of(self.request).role

    def own(self, rows: QuerySet[Row], key: int) -> Row:
        """The row of this key in the workspace.

        Raises:
            Http404: there is none, or it is somebody else's.
        """
        found = rows.filter(workspace=self.workspace, pk=key).first()
        if found is None:
            raise Http404
        return found

    def given(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The checked body.

        Raises:
            ValidationError: a field is unknown or not acceptable.
        """
        checked = serializer(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def parameters(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The checked parameters of the address.

        Raises:
            ValidationError: one is unknown or not acceptable.
        """
        checked = serializer(data=self.request.query_params)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def made(self, shown: BaseSerializer[Any], address: str, *, is_new: bool = True) -> Response:
        """Answer with something that was asked for, and say where it is and whether it is new."""
        return Response(shown.data, 201 if is_new else 200, headers={"Location": address})


class ListView(ApiView):
    """A view whose GET is a list in pages."""

    # A page of a list that grows is seldom the same twice.
    is_tagged = False
    pagination_class = Pages
    ordering: ClassVar[tuple[str, ...]] = Pages.ordering
    query_serializer: ClassVar[type[PageSerializer]] = PageSerializer
    has_lines: ClassVar[bool] = True

    def get_renderers(self) -> list[BaseRenderer]:
        """JSON, and for a list JSON Lines too."""
        found = super().get_renderers()
        is_list = self.has_lines and self.request is not None and self.request.method in ("GET", "HEAD")
        return [*found, LinesRenderer()] if is_list else found

    def asked(self) -> dict[str, Any]:
        """The parameters of the address.

        Raises:
            ValidationError: one is unknown or not acceptable.
        """
        return self.parameters(self.query_serializer)

    def page(
        self,
        rows: QuerySet[Row],
        serializer: type[BaseSerializer[Any]],
        enrich: Callable[[list[Row]], Iterable[Any]] = list,
    ) -> Response:
        """Answer with the page that the request asks for, or with the whole list as JSON Lines.

        Args:
            enrich: reads what belongs to the rows of the page.
        """
        pages = self.pagination_class()
        if wants_lines(self.request):
            return cast(Response, streamed(lines_of(rows.order_by(*self.ordering), serializer, enrich)))
        found = pages.paginate_queryset(rows, self.request, self) or []
        rows_shown = writer(serializer, many=True).to_representation(enrich(found))
        return pages.get_paginated_response(rows_shown)
