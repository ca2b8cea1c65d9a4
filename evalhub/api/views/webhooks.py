"""Destinations of messages: programs and people who are told what happened.

Their addresses hold secrets, and so may what receivers answer: all of it is for admins.
"""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.webhooks import (
    DeliverySerializer,
    EditWebhookSerializer,
    MadeWebhookSerializer,
    NewWebhookSerializer,
    WebhookSerializer,
)
from evalhub.models import ApiToken, Delivery
from evalhub.selectors.hooks.destinations import deliveries_of, webhooks_of
from evalhub.services.webhooks import (
    NewWebhook,
    UnableToKeepWebhook,
    delivery_again,
    webhook_create,
    webhook_edit,
    webhook_remove,
    webhook_test,
)

ADMIN = ApiToken.Scope.ADMIN


class WebhooksView(ListView):
    """All destinations."""

    read_scope = required_scope = ADMIN
    makes_anew = True

    @extend_schema(responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List destinations, newest first."""
        self.asked()
        return self.page(webhooks_of(self.workspace), WebhookSerializer)

    @extend_schema(
        request=NewWebhookSerializer, examples=examples.WEBHOOK, responses={201: MadeWebhookSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add a destination; its secret is answered this once."""
        given = self.given(NewWebhookSerializer)
        try:
            webhook, secret = webhook_create(self.workspace, NewWebhook(**given))
        except UnableToKeepWebhook as error:
            raise ValidationError({error.field: error.problem}) from error
        address = reverse("api:webhook", [webhook.pk], request=request)
        body = {**WebhookSerializer(webhook).data, "secret": secret}
        return Response(body, 201, headers={"Location": address})


class WebhookView(ApiView):
    """One destination."""

    read_scope = required_scope = ADMIN

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: int) -> Response:
        """Show a destination."""
        return Response(WebhookSerializer(self.own(webhooks_of(self.workspace), webhook_id)).data)

    @extend_schema(request=EditWebhookSerializer, responses=WebhookSerializer)
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Change a destination, or pause it by `is_active`; messages that wait are still sent."""
        webhook = self.own(webhooks_of(self.workspace), webhook_id)
        try:
            webhook_edit(webhook, **self.given(EditWebhookSerializer))
        except UnableToKeepWebhook as error:
            raise ValidationError({error.field: error.problem}) from error
        return Response(WebhookSerializer(self.own(webhooks_of(self.workspace), webhook_id)).data)

    @extend_schema(responses={200: WebhookSerializer})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Remove a destination; answers with what it was."""
        webhook = self.own(webhooks_of(self.workspace), webhook_id)
        webhook_remove(webhook, now=timezone.now())
        return Response(WebhookSerializer(webhook).data)


class WebhookTestView(ApiView):
    """A test of a destination."""

    read_scope = required_scope = ADMIN
    makes_anew = True

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send a message that says nothing but that it came; its delivery tells what came of it."""
        webhook = self.own(webhooks_of(self.workspace), webhook_id)
        delivery = webhook_test(webhook, now=timezone.now())
        return Response(DeliverySerializer(delivery).data, 202)


class DeliveriesView(ListView):
    """The log of a destination."""

    read_scope = required_scope = ADMIN

    @extend_schema(operation_id="webhook_deliveries", responses=DeliverySerializer(many=True))
    def get(self, request: Request, webhook_id: int) -> Response:
        """List the messages of the last 30 days to a destination, newest first, with every attempt."""
        self.asked()
        webhook = self.own(webhooks_of(self.workspace), webhook_id)
        return self.page(deliveries_of(webhook), DeliverySerializer)


class RedeliverView(ApiView):
    """A message once more."""

    read_scope = required_scope = ADMIN
    makes_anew = True

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, delivery_id: int) -> Response:
        """Send a message again, with the same body under a new delivery id."""
        rows = Delivery.objects.filter(webhook__workspace=self.workspace, webhook__removed_at=None)
        found = rows.select_related("webhook__workspace").filter(pk=delivery_id).first()
        if found is None:
            raise Http404
        return Response(DeliverySerializer(delivery_again(found, now=timezone.now())).data, 202)
