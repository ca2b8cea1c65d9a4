"""Which field of a record means what: the usual names, or those the user maps them to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalhub.core.suggest import did_you_mean
from evalhub.formats.errors import InputError, Place

MOST_LISTED = 50
"""Names of columns in a message."""

ColumnMapping = Mapping[str, str]
"""Our name of a field to the file's, for example {"doc_id": "sku", "text": "description"}."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields that a kind of file has.

    Attributes:
        names: our name to the names accepted in files; the first that a record has is taken.
        required: columns that a table must have.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    @property
    def all_names(self) -> frozenset[str]:
        """Every name accepted for any of the fields."""
        return frozenset(name for names in self.names.values() for name in names)


class Columns:
    """A schema with the user's mapping applied."""

    def __init__(self, schema: Schema, mapping: ColumnMapping | None, file: str) -> None:
        """Raises InputError where the mapping names a field that does not exist."""
        self._file = file
        self._required = schema.required
        self._names = dict(schema.names)
        for ours, theirs in (mapping or {}).items():
            if ours not in schema.names:
                raise _unknown_field(file, ours, list(schema.names))
            self._names[ours] = (theirs,)
        self.shown = {ours: names[0] for ours, names in self._names.items()}
        """Our name of a field to the one that the user knows it by."""

    def split(self, fields: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
        """Split a record into our fields (those it has) and the rest."""
        rest = dict(fields)
        known = {}
        for ours, names in self._names.items():
            for name in names:
                if name in rest:
                    known[ours] = rest.pop(name)
                    break
        return known, rest

    def check_header(self, columns: Sequence[str]) -> None:
        """Refuse a table that lacks a required column, naming all of them at once."""
        lacking = [ours for ours in self._required if not any(name in columns for name in self._names[ours])]
        if not lacking:
            return
        example = ",".join(f"{ours}=NAME" for ours in lacking)
        raise Place(self._file, 1).error(
            self.shown[lacking[0]],
            f"no such column; needed: {self._needed()}; found: {_listed(columns)}",
            f"Rename the columns, or name yours with the option columns, for example {example}.",
        )

    def _needed(self) -> str:
        return ", ".join(" or ".join(self._names[ours]) for ours in self._required)


def _listed(columns: Sequence[str]) -> str:
    """The first names: a file may have a million columns."""
    more = f" and {len(columns) - MOST_LISTED:,} more" if len(columns) > MOST_LISTED else ""
    return (", ".join(columns[:MOST_LISTED]) or "nothing") + more


def _unknown_field(file: str, ours: str, known: list[str]) -> InputError:
    remedy = f"The fields are {', '.join(known)}.{did_you_mean(ours, known)}"
    return Place(file).error(ours, "no such field to name a column for (option columns)", remedy)
