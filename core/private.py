"""Folders and files for their user alone: what a plant's people did is not for everybody who has an account."""

import os
from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing, for this user alone. What exists keeps its rights."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def private_opener(path: str, flags: int) -> int:
    """An opener for `open`: a file that it makes is for this user alone."""
    return os.open(path, flags, 0o600)
