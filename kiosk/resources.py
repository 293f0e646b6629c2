"""Where the files in `assets/` are, in a source tree and in an installed wheel alike; and the name of the demo."""

from pathlib import Path
from typing import Final

_IN_WHEEL: Final = Path(__file__).parent / "assets"
_IN_SOURCE_TREE: Final = Path(__file__).parent.parent / "assets"

ASSETS: Final = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_SOURCE_TREE

DEMO_SITE: Final = "demo"
