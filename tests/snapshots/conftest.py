"""The same quiet terminal as the end-to-end tests have, and the approved pictures."""

import re
from collections.abc import Sequence

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


def in_turn(pictures: Sequence[str], *, seconds: int = 3) -> str:
    """One picture that shows these one after the other, each for so long; the last, to who wants nothing to move."""
    count = len(pictures)
    frames = [
        picture.replace("terminal-", f"frame{at}-").replace("<svg", f'<svg style="animation-delay: {at * seconds}s"', 1)
        for at, picture in enumerate(pictures, start=-count)
    ]
    style = f"""
    svg > svg {{ animation: turn {count * seconds}s step-end infinite; visibility: hidden }}
    svg > svg:last-of-type {{ visibility: visible }}
    @keyframes turn {{ 0% {{ visibility: visible }} {100 / count:.2f}% {{ visibility: hidden }} }}
    @media (prefers-reduced-motion) {{ svg > svg {{ animation: none }} }}"""
    [size] = set(re.findall(r'<svg[^>]* (viewBox="[^"]+")', "".join(pictures)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(frames)}</svg>'


@pytest.fixture
def approved(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The approved picture of this name: `approved(name="rest-es-80x24")`."""
    return snapshot.use_extension(Picture)
