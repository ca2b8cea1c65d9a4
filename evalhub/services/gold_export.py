"""Gold labels as a file on disk, for whoever takes it away."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO, cast

from evalhub import conf
from evalhub.formats.gold_writer import GoldFormat, GoldRow, write_gold
from evalhub.models import QueryCollection
from evalhub.selectors.gold.exports import UnableToExport, gold_rows, gold_version_of, people_rows


def gold_spool(
    collection: QueryCollection, file_format: GoldFormat, *, version: int | None = None, people: bool = False
) -> BinaryIO:
    """Write gold labels to a file that is gone when it is closed, and return it at its beginning.

    Raises:
        UnableToExport: there is no such version, or people's grades are asked for by version or not as JSONL.
        TrecLineError: TREC, and an id holds a blank.
    """
    if people and (version is not None or file_format != "jsonl"):
        raise UnableToExport("people's grades are exported as they are now, as jsonl: leave the version out")
    number = gold_version_of(collection, version)
    rows: Iterator[GoldRow] = people_rows(collection) if people else gold_rows(collection, number)
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile(dir=conf.uploads_folder()))
        out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        write_gold(rows, out, file_format)
        out.detach()
        file.seek(0)
        stack.pop_all()  # whoever takes it closes it
    return cast(BinaryIO, file)
