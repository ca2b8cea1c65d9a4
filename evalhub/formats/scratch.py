"""Databases that live as long as one import: uniqueness and order without holding rows in memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

_CACHE_KIB = 32 * 1024


@contextmanager
def scratch_database(path: str = "") -> Iterator[sqlite3.Connection]:
    """Open a database that need not survive anything; without a path SQLite removes its file itself.

    Statements that violate a constraint must say `OR IGNORE`: there is no journal to undo them with.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        # One transaction for everything: without it SQLite writes pages out after every row.
        connection.execute("BEGIN")
        yield connection
