"""The ledger's log into the spreadsheet."""
