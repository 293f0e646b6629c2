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


def write_private(file: Path, text: str) -> None:
    """Write a file for this user alone, and its folder where that is missing. Raises OSError."""
    private_folder(file.parent)
    with open(file, "w", encoding="utf-8", opener=private_opener) as stream:
        stream.write(text)
