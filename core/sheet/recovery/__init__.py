"""A lost ledger out of the spreadsheet."""
