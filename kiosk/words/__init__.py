"""Every text an operator reads, by key, in each language. Only `kiosk.wording` reads these."""
