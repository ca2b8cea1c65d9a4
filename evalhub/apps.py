from django.apps import AppConfig


class EvalHubConfig(AppConfig):
    """The one Django app of the project."""

    name = "evalhub"
    default_auto_field = "django.db.models.BigAutoField"
