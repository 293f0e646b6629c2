"""Where spools, locks and the event log live: the port, what its engines share, and the engines."""
