"""The web process."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")

application = get_wsgi_application()
# All views, which Django would load with the first request: processes that are forked after this share them.
_ = get_resolver().url_patterns
