"""The way to the Sheets API."""
