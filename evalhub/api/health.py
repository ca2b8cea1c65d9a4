"""Is the process alive, and is what it needs there."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError as BrokerError

from evalhub.celery import app


def healthz(request: HttpRequest) -> HttpResponse:
    """The web process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Database and broker answer too; 503 names the one that does not."""
    connection.ensure_connection()
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
    except BrokerError as error:
        return HttpResponse(f"broker: {error}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
