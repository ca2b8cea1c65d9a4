"""Template tags for fields that can be wrong: the message stands beside the field it is about."""

from typing import Any

from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = Library()

RULE_PARTS = ("system", "measure", "value", "baseline")


@register.simple_tag(takes_context=True)
def described(context: Context, element: str, *, has_help: bool = True) -> SafeString:
    """The attributes that tie a control to its help and to what is wrong with it."""
    is_wrong = bool(_faults(context).get(element))
    ids = [*([f"{element}-help"] if has_help else []), *([f"{element}-error"] if is_wrong else [])]
    told = format_html(' aria-describedby="{}"', " ".join(ids)) if ids else mark_safe("")
    return told + mark_safe(' aria-invalid="true"') if is_wrong else told


@register.simple_tag(takes_context=True)
def errors(context: Context, element: str) -> SafeString:
    """What is wrong with a field, or nothing."""
    messages = _faults(context).get(element, [])
    if not messages:
        return mark_safe("")
    lines = format_html_join("", "<span><bdi>{}</bdi></span>", ((message,) for message in messages))
    return format_html('<p class="wrong" id="{}-error">{}</p>', element, lines)


@register.simple_tag(takes_context=True)
def system_errors(context: Context, at: int) -> SafeString:
    """What is wrong with a combination of the sweep."""
    return errors(context, f"system-{at}")


@register.simple_tag(takes_context=True)
def registered_errors(context: Context, key: int) -> SafeString:
    """What is wrong with a registered system."""
    return errors(context, f"registered-{key}")


@register.simple_tag(takes_context=True)
def rule_errors(context: Context, at: int) -> SafeString:
    """What is wrong with a line of the gate."""
    found = [errors(context, f"rule-{at}-{part}") for part in RULE_PARTS]
    return format_html_join("", "{}", ((one,) for one in found))


@register.simple_tag(takes_context=True)
def described_at(context: Context, kind: str, at: int, part: str = "") -> SafeString:
    """`described` for one of several alike: `system-0`, `rule-1-value`."""
    return described(context, f"{kind}-{at}-{part}" if part else f"{kind}-{at}", has_help=False)


@register.filter
def of(mapping: dict[str, Any], key: str) -> Any:
    """The value of a key, None where there is none."""
    return mapping.get(key)


def _faults(context: Context) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = context["faults"]
    return faults
