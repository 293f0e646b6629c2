"""All or nothing, for one SQLite connection."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """A write transaction that is wholly in the file when the block ends, or not at all when anything raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself after some errors (a full disk, for one); then there is nothing left to undo.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
