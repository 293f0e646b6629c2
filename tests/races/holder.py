"""A program that holds a ledger's file in the middle of a transaction: `python -m tests.races.holder FILE`."""

import sys
from pathlib import Path

from tests.sqlite_files import database

if __name__ == "__main__":
    with database(Path(sys.argv[1])) as connection:
        connection.set_busy_timeout(30_000)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE never_committed (n)")
        sys.stdout.write('{"ready": true}\n')
        sys.stdout.flush()
        sys.stdin.read()
