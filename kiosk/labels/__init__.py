"""Badges, command sheets and spool labels on paper: what `kiosk labels` prints. reportlab draws it."""
