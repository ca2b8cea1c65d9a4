"""API keys of providers, encrypted; none is ever answered."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.keys import KeySerializer, NewKeySerializer
from evalhub.models import ApiToken, ProviderKey
from evalhub.services.provider_keys import UnableToStoreKey, provider_key_remove, provider_key_set


class KeysView(ListView):
    """Stored API keys of providers."""

    required_scope = ApiToken.Scope.ADMIN

    @extend_schema(responses=KeySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the names of stored keys, newest first; the keys themselves are never shown."""
        self.asked()
        return self.page(ProviderKey.objects.filter(workspace=self.workspace), KeySerializer)

    @extend_schema(request=NewKeySerializer, responses={201: KeySerializer, 200: KeySerializer})
    def post(self, request: Request) -> Response:
        """Store a key; 200 where it takes the place of one of that name.

        It is encrypted, and only workers decrypt it. Workers that run use it with their next unit.
        """
        given = self.given(NewKeySerializer)
        try:
            key, is_new = provider_key_set(self.workspace, given["name"], given["key"])
        except UnableToStoreKey as error:
            raise ValidationError({error.field: error.problem}) from error
        address = reverse("api:key", [key.pk], request=request)
        return self.made(KeySerializer(key), address, is_new=is_new)


class KeyView(ApiView):
    """One stored API key."""

    required_scope = ApiToken.Scope.ADMIN

    @extend_schema(responses=KeySerializer)
    def get(self, request: Request, key_id: int) -> Response:
        """Show what may be told of a key."""
        return Response(KeySerializer(self.own(ProviderKey.objects.all(), key_id)).data)

    @extend_schema(responses={200: KeySerializer})
    def delete(self, request: Request, key_id: int) -> Response:
        """Forget a key; answers with what it was."""
        key = self.own(ProviderKey.objects.all(), key_id)
        shown = KeySerializer(key).data
        provider_key_remove(key)
        return Response(shown)
