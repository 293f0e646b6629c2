"""Badges, command sheets and spool labels on paper, to be scanned: what `kiosk labels` prints.

`asked` understands the command and `making` answers it; `label` and `commands` say what is printed and how it looks,
`pages` where it stands. reportlab draws it. Nothing here changes the ledger.
"""
