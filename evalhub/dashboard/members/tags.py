"""Shows a button to those whose role allows what it does, and to others the role it needs."""

from functools import lru_cache

from django import template
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evalhub.models import ApiToken
from evalhub.selectors.permissions import role_needed

register = template.Library()


class AllowedNode(template.Node):
    """`{% allowed "name-of-address" %} ... {% endallowed %}`; with `quiet`, others see nothing instead."""

    def __init__(self, address: str, nodelist: NodeList, *, is_quiet: bool) -> None:
        self.address, self.nodelist, self.is_quiet = address, nodelist, is_quiet

    def render(self, context: Context) -> SafeString:
        """What is inside, for those who may."""
        needed = needs_of(self.address)
        may: dict[str, bool] = getattr(context.get("request"), "may", {})
        if may.get(needed):
            return self.nodelist.render(context)
        if self.is_quiet:
            return SafeString("")
        return format_html('<p class="muted">This needs the role {}.</p>', role_needed(needed))


@register.tag
def allowed(parser: Parser, token: Token) -> AllowedNode:
    """Read the name of the address, and perhaps `quiet`."""
    _, address, *more = token.split_contents()
    nodelist = parser.parse(("endallowed",))
    parser.delete_first_token()
    return AllowedNode(address.strip('"'), nodelist, is_quiet=more == ["quiet"])


@lru_cache(maxsize=256)
def needs_of(address: str) -> str:
    """What an address of the dashboard needs, as it is said where the address is made."""
    from evalhub.dashboard.urls import urlpatterns  # the addresses' views load templates

    found = (one for one in urlpatterns if isinstance(one, URLPattern) and one.name == address)
    return str(getattr(next(found).callback, "needs", ApiToken.Scope.READ))
