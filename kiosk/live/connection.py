"""How the terminal stands with its ledger, in a few words for the top of the screen."""

from kiosk.live.board import Board
from kiosk.live.feed import Feed
from kiosk.words.wording import Wording, elapsed


def connection_text(feed: Feed, board: Board, words: Wording) -> str:
    """How many spools are taken; or, without a ledger, how old what is shown is."""
    if feed.is_live:
        taken = "● " + words("taken_count", count=board.occupied_count)
        return taken + " · ⚠ " + words("at_risk") if feed.risks else taken
    if feed.lost_past is not None:
        return words("past_lost")
    if feed.trouble is None:
        return words("connecting")
    if not feed.ever_connected:
        return words.why(feed.trouble)
    return words("disconnected", age=elapsed(feed.age()))
