"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from evalhub.api.health import healthz, readyz
from evalhub.api.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("api/v1/", include("evalhub.api.urls")),
    path("", include("evalhub.dashboard.urls")),
]
