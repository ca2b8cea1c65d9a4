"""The schema and the page that shows it; they tell nothing of anybody's data, so anybody may read them."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The OpenAPI description."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, from this server only."""

    template_name = "api/docs.html"
    url_name = "api:schema"
