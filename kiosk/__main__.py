"""`python -m kiosk` and the `kiosk` console script."""

from kiosk.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
