"""gzip for the API alone: pages hold CSRF tokens beside what strangers write, which BREACH reads by size."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

UNDER = "/api/"
SMALLEST_BYTES = 1024
# A packed answer is another representation: it has a validator of its own that still is a strong one.
SUFFIX = "-gzip"


class ApiGZipMiddleware(GZipMiddleware):
    """Packs answers of the API for those who accept it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack an answer, unless it is small or of a page."""
        if not request.path.startswith(UNDER):
            return response
        if not response.streaming and len(getattr(response, "content", b"")) < SMALLEST_BYTES:
            return response
        tag = response.get("ETag", "")
        packed: HttpResponseBase = super().process_response(request, response)
        if packed.get("Content-Encoding") == "gzip" and tag.startswith('"'):
            packed["ETag"] = f'{tag[:-1]}{SUFFIX}"'
        return packed
