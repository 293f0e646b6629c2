"""The office's Google spreadsheet."""
