"""The same quiet terminal as the end-to-end tests have, and the approved pictures."""

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy import SnapshotAssertion
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from tests.kiosk.conftest import clock, demo, demo_file, settings

__all__ = ["clock", "demo", "demo_file", "settings"]


class Picture(SVGImageExtension):
    """A picture's file is named by its test and by what the picture shows: one test may look at several."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        return f"{test_location.methodname}[{index}]"


@pytest.fixture
def approved(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The approved picture of this name: `approved(name="rest-es-80x24")`."""
    return snapshot.use_extension(Picture)
