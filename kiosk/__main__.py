"""`python -m kiosk` and the `kiosk` console script."""

import io
import os
import sys
from collections.abc import Sequence


def main() -> None:
    """The console script."""
    # So many pictures a second: what changed is painted at once, however shortly before another picture was.
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # `doctor` names a terminal that cannot show a sign; that is no reason to fail.
            stream.reconfigure(errors="replace")
    raise SystemExit(start(sys.argv[1:]))


def start(arguments: Sequence[str]) -> int:
    """Run a command; without one, show the full screen, which does not wait for the command line's libraries."""
    # A shell that completes a line asks by this variable, with no argument.
    if set(arguments) <= {"--demo"} and not os.environ.get("_KIOSK_COMPLETE"):
        from kiosk.cli.screen import run_app
        from kiosk.session import Session

        run_app(Session(demo="--demo" in arguments))
        return 0
    from kiosk.cli.commands import run

    return run(arguments)


if __name__ == "__main__":
    main()
