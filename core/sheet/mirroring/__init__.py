"""The log into the spreadsheet, each event once, in order."""
