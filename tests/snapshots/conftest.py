"""The same quiet terminal as the end-to-end tests have."""

from tests.kiosk.conftest import clock, settings

__all__ = ["clock", "settings"]
