"""API tokens: list, make, revoke."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.tokens import MadeTokenSerializer, NewTokenSerializer, TokenSerializer
from evalhub.models import ApiToken, Membership
from evalhub.selectors.tokens import tokens_seen
from evalhub.services.tokens import UnableToMakeToken, token_make, token_revoke


class TokenRows(ApiView):
    """What the views of tokens share: people manage their own; a token does so by scope admin alone."""

    required_scope = ApiToken.Scope.READ
    token_scope = ApiToken.Scope.ADMIN

    def seen(self) -> QuerySet[ApiToken]:
        """All tokens of the workspace for admins, their own for others."""
        return tokens_seen(self.workspace, self.user.pk, self.role)


class TokensView(TokenRows, ListView):
    """API tokens."""

    makes_anew = True

    @extend_schema(responses=TokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List tokens, newest first: one's own, or all of the workspace for an admin."""
        self.asked()
        return self.page(self.seen(), TokenSerializer)

    @extend_schema(request=NewTokenSerializer, examples=examples.TOKEN, responses={201: MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token of one's own; its text is in this answer only.

        The scope may not be above one's role. Over a token this needs the scope admin.
        """
        given = self.given(NewTokenSerializer)
        own = Membership.objects.select_related("workspace", "user").get(
            workspace=self.workspace, user=self.user.pk
        )
        try:
            token, text = token_make(own, **given, made_by=self.user, now=timezone.now())
        except UnableToMakeToken as error:
            raise ValidationError({error.field: error.problem}) from error
        shown = MadeTokenSerializer(token, context={"text": text})
        return self.made(shown, reverse("api:token", [token.pk], request=request))


class TokenView(TokenRows):
    """One API token."""

    @extend_schema(responses=TokenSerializer)
    def get(self, request: Request, token_id: int) -> Response:
        """Show what may be told of a token."""
        return Response(TokenSerializer(self._found(token_id)).data)

    @extend_schema(responses={200: TokenSerializer})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke a token: from now on it opens nothing. Answers with what it was."""
        token = self._found(token_id)
        token_revoke(token, now=timezone.now())
        return Response(TokenSerializer(token).data)

    def _found(self, token_id: int) -> ApiToken:
        found = self.seen().filter(pk=token_id).first()
        if found is None:
            raise Http404
        return found
