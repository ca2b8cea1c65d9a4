"""Who a token stands for."""

from evalhub.models import ApiToken
from evalhub.models.tokens import token_digest


def token_find(text: str) -> ApiToken | None:
    """The token of this text, if it is one and its user may still sign in."""
    tokens = ApiToken.objects.select_related("user", "workspace")
    return tokens.filter(digest=token_digest(text), user__is_active=True).first()
