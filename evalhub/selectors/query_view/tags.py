"""Queries by tag, in the database."""

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import Combinable

from evalhub.models import Campaign

MOST_TAGS = 100

_EACH_TAG = {
    "sqlite": "json_each(tags)",
    "postgresql": "jsonb_array_elements_text(tags) AS json_each(value)",
}


class _HasMember(Func):
    """Whether a JSON list of texts holds a text; Django's `contains` leaves SQLite out."""

    template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s)"
    arg_joiner = ") WHERE json_each.value = "
    output_field = BooleanField()


def has_tag(field: str, tag: str) -> Q | Combinable:
    """Rows whose list of tags holds this one."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__contains": [tag]})
    return _HasMember(F(field), Value(tag))


def campaign_tags(campaign: Campaign) -> list[str]:
    """The tags of a campaign's queries, those of most queries first."""
    version = campaign.collection_version
    # The function is one of two constants; the values are parameters.
    statement = (
        f"SELECT json_each.value FROM evalhub_query, {_EACH_TAG[connection.vendor]} "  # noqa: S608
        "WHERE collection_id = %s AND added_in <= %s AND (removed_in IS NULL OR removed_in > %s) "
        "GROUP BY json_each.value ORDER BY COUNT(*) DESC, json_each.value LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [campaign.collection_id, version, version, MOST_TAGS])
        return [str(tag) for (tag,) in cursor.fetchall()]
