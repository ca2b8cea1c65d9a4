"""What Django's error pages for developers (EVALHUB_DEBUG=1) may show."""

import os
import re
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class ReporterFilter(SafeExceptionReporterFilter):
    """Hides the environment, which may hold API keys under any name, and addresses with passwords."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|BROKER|REDIS|DATABASE", re.IGNORECASE
    )

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """What came with the request; development servers mix the environment into it."""
        return {
            name: value
            for name, value in super().get_safe_request_meta(request).items()
            if name not in os.environ
        }
