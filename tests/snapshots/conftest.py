"""The same quiet terminal as the end-to-end tests have."""

from tests.kiosk.conftest import clock, demo, demo_file, settings

__all__ = ["clock", "demo", "demo_file", "settings"]
