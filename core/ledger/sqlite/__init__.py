"""The embedded ledger of one machine, in an SQLite file."""
