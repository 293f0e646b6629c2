"""`python -m kiosk` and the `kiosk` console script."""

import sys


def main() -> None:
    """Run the command line; without a command, the kiosk, which need not wait for the parser to be imported."""
    if len(sys.argv) == 1:
        from kiosk.app import run_app
        from kiosk.session import Session

        run_app(Session(demo=False))
    else:
        from kiosk.cli import app

        app()


if __name__ == "__main__":
    main()
