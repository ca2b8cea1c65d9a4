"""What every format is read into before anyone asks what its fields mean."""

from typing import NamedTuple

from evalhub.formats.errors import Place


class Record(NamedTuple):
    """One JSON object or table row, and the line where it begins."""

    place: Place
    fields: dict[str, object]
