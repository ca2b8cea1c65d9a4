"""Template filters and tags that write numbers and times with sensible digits."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import wraps
from math import floor
from typing import Any

from django.template import Library
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from evalhub.core.passages import Piece
from evalhub.dashboard.plots import Axis
from evalhub.models import Campaign
from evalhub.services.cron import in_words

register = Library()

UNDEFINED = mark_safe('<span class="none" title="undefined">–</span>')
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def _number(write: Callable[[float], str]) -> Callable[[float | str | None], str]:
    """Register a filter of numbers: what is undefined is a dash, never 0.

    Templates hand over "" for an attribute of a row that is not there.
    """

    @wraps(write)
    def written(value: float | str | None) -> str:
        return UNDEFINED if value is None or isinstance(value, str) else write(value)

    register.filter(written)
    return written


@_number
def score(value: float) -> str:
    """Three decimals."""
    return _minus(f"{value:z.3f}")


@_number
def signed(value: float) -> str:
    """A difference: three decimals and always a sign."""
    return _minus(f"{value:+z.3f}")


@register.filter
def interval(row: dict[str, Any] | Any) -> str:
    """`[low, high]` of a mapping or row that has both."""
    low, high = (_get(row, name) for name in ("low", "high"))
    return UNDEFINED if low is None or high is None else f"[{score(low)}, {score(high)}]"


@register.filter
def plain(value: object) -> object:
    """A cell of any type: numbers to four digits, yes and no, lists in words, a dash for the undefined."""
    if value is None:
        return UNDEFINED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{str(name).replace('_', ' ')}: {plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(plain(one)) for one in value)
    return _minus(f"{value:.4g}") if isinstance(value, float) else value


@register.filter
def bounds(row: dict[str, Any] | Any) -> str:
    """`lower to upper`: where the score must lie, whatever the unrated pairs are worth."""
    lower, upper = (_get(row, name) for name in ("lower_bound", "upper_bound"))
    return UNDEFINED if lower is None or upper is None else f"{score(lower)} to {score(upper)}"


@_number
def share(value: float) -> str:
    """A percentage, rounded down: 100% is said of all only."""
    return f"{floor(value * 1000 + 1e-9) / 10:.1f}%"


@_number
def p_value(value: float) -> str:
    """Three decimals, or that it is below them."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


@_number
def digits(value: float) -> str:
    """Three significant digits, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@_number
def small(value: float) -> str:
    """Two significant digits and never an exponent: what a label can change is often a thousandth."""
    return _minus(f"{Decimal(f'{value:.1e}').normalize():f}")


@_number
def usd(value: float) -> str:
    """An amount of money; below a cent with two significant digits."""
    return f"${value:.2g}" if 0 < value < 0.01 else f"${value:,.2f}"


@_number
def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    if seconds < MINUTE:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    for unit, name, part, part_name in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name} {seconds % unit // part:.0f} {part_name}"
    return f"{seconds // MINUTE:.0f} min {seconds % MINUTE // 1:.0f} s"


@_number
def digits4(value: float) -> str:
    """Four significant digits: retrieval scores are on any scale and often close together."""
    return _minus(f"{value:.4g}")


@_number
def score4(value: float) -> str:
    """Four decimals, as papers on agreement print them."""
    return _minus(f"{value:z.4f}")


@register.filter
def interval4(row: dict[str, Any]) -> str:
    """`[low, high]` with four decimals."""
    low, high = row["low"], row["high"]
    return UNDEFINED if low is None or high is None else f"[{score4(low)}, {score4(high)}]"


@register.filter
def along(value: float, axis: Axis) -> str:
    """Where a value lies on an axis 100 units long."""
    return f"{100 * axis.share(value):.1f}"


@register.filter
def of(mapping: dict[str, Any], key: str) -> Any:
    """What a mapping holds under a key that is no name of a template; None where it holds nothing."""
    return mapping.get(key)


@register.filter
def level(value: float | str | None) -> str:
    """The CSS class of a gain or score in [0, 1]: five shades, beside the number and never instead of it."""
    return "" if value is None or isinstance(value, str) else f"level-{min(4, int(value * 5))}"


@register.filter
def by_grade(probabilities: Iterable[float]) -> str:
    """`0: 0.100, 1: 0.900`: the probability of each grade."""
    return ", ".join(f"{grade}: {probability:.3f}" for grade, probability in enumerate(probabilities))


@register.filter
def pieces(found: Iterable[Piece]) -> SafeString:
    """A text with its marked pieces; every piece is escaped, for what it says is anyone's."""
    return mark_safe(  # noqa: S308  (each piece is escaped right here)
        "".join(f"<mark>{escape(p.text)}</mark>" if p.is_marked else escape(p.text) for p in found)
    )


@register.filter
def moved(n_lower: int) -> SafeString:
    """How many ranks lower (or higher, where negative) a document stands in another list."""
    if n_lower == 0:
        return format_html('<span class="moved">{}</span>', "= same rank")
    arrow, word = ("▼", "lower") if n_lower > 0 else ("▲", "higher")
    count = abs(n_lower)
    ranks = "rank" if count == 1 else "ranks"
    return format_html(
        '<span class="moved {}"><span aria-hidden="true">{} {}</span>'
        '<span class="hidden">, {} {} {} there</span></span>',
        *(word, arrow, count, count, ranks, word),
    )


register.filter("cron_words", in_words)


@register.filter
def verdict_words(verdict: str) -> str:
    """A verdict as people say it."""
    return {"tie": "no difference found", "undefined": "nothing to compare"}.get(verdict, verdict)


REASONS = {
    "unparseable": "no grade could be read from the reply",
    "off_scale": "the reply named a grade that the rubric does not offer",
    "refused": "the model declined to grade",
    "truncated": "the reply was cut off before the grade",
    "empty": "the reply was empty",
    "provider_error": "the provider answered with an error that would come again",
    "no_label": "people gave the pair no label",
    "no_quorum": "too few members of the panel gave a grade",
    "not_imported": "the rater graded elsewhere, and no grade of this pair was imported",
}


@register.filter
def reason_words(reason: str) -> str:
    """Why a pair is unrated, as people say it, with the word that exports use."""
    return f"{reason}: {REASONS[reason]}" if reason in REASONS else reason


@register.filter
def took(campaign: Campaign, now: datetime) -> float:
    """Seconds from a campaign's start to its end, or until now."""
    return ((campaign.finished_at or now) - campaign.created_at).total_seconds()


@register.filter
def short_digest(digest: str) -> str:
    """The first letters of a digest, as far as people compare them."""
    return digest.removeprefix("sha256:")[:8]


@register.simple_tag
def ago(moment: datetime, now: datetime) -> SafeString:
    """How long ago, with the exact moment for machines and on hover."""
    is_new = (now - moment).total_seconds() < MINUTE
    words = "just now" if is_new else f"{timesince(moment, now, depth=1)} ago"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), _exact(moment), words)


@register.simple_tag(name="moment")
def exact_moment(moment: datetime) -> SafeString:
    """A moment, in the server's zone until the viewer's browser says it in its own."""
    return format_html('<time datetime="{}" data-exact>{}</time>', moment.isoformat(), _exact(moment))


def _exact(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")


def _get(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


def _minus(text: str) -> str:
    return text.replace("-", "−")  # a minus as wide as the plus
