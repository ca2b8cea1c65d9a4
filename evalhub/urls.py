"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from evalhub.api.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("evalhub.dashboard.urls")),
]
