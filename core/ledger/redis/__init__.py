"""The ledger of many terminals, on Redis."""
