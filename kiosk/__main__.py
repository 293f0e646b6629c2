"""`python -m kiosk` and the `kiosk` console script."""

import gc
import io
import os
import sys


def main() -> None:
    """Run the command line; without a command, the kiosk, which need not wait for the parser to be imported."""
    # All that is made until the first picture stays: to look through it for garbage would only hold the picture up.
    gc.disable()
    # Textual paints at most so often a second; an answer should not wait longer for its turn than it took to make.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign is told by `doctor`; it is no reason to fail.
            stream.reconfigure(errors="replace")
    if len(sys.argv) == 1:
        from kiosk.session import Session
        from kiosk.terminal.running import run_app

        run_app(Session(demo=False))
    else:
        from kiosk.cli.main import app

        gc.enable()
        app()


if __name__ == "__main__":
    main()
