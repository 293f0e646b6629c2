"""A small disk that is really full, or really read-only: where root may mount one, a file system of its own."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PAGE: Final = 4096
SMALL: Final = 2 << 20
"""Bytes."""


class Disk:
    """A folder; when it is `own`, it is a file system with little room.

    Elsewhere what this process writes to any file is limited, and permissions are taken away.
    """

    def __init__(self, folder: Path, *, own: bool) -> None:
        self.folder = folder
        self.own = own
        self._rubbish = folder / "rubbish"

    def fill(self, *, leaving: int = 0) -> None:
        """Leave so many bytes of room, by default none for another page."""
        if not self.own:
            _limit_files(max(file.stat().st_size for file in self.folder.iterdir()) + leaving if leaving else PAGE)
            return
        with self._rubbish.open("wb", buffering=0) as rubbish, suppress(OSError):
            for size in (16 * PAGE, PAGE):
                with suppress(OSError):
                    while rubbish.write(bytes(size)) == size:
                        pass
        os.truncate(self._rubbish, self._rubbish.stat().st_size - leaving)

    def free(self) -> None:
        """There is room again."""
        if not self.own:
            _limit_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        self._rubbish.unlink(missing_ok=True)

    def forbid_writing(self) -> None:
        """Nothing can be written, by anybody."""
        if self.own:
            _remount(self.folder, "ro")
        else:
            for file in self.folder.iterdir():
                file.chmod(0o400)
            self.folder.chmod(0o500)

    def allow_writing(self) -> None:
        """It can be written again."""
        if self.own:
            _remount(self.folder, "rw")
        else:
            self.folder.chmod(0o700)
            for file in self.folder.iterdir():
                file.chmod(0o600)


@contextmanager
def small_disk(folder: Path, *, size: int = SMALL) -> Iterator[Disk]:
    """A disk at `folder`, which is made."""
    folder.mkdir()
    own = False
    if os.geteuid() == 0 and shutil.which("mount"):
        asked = [_tool("mount"), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
        own = subprocess.run(asked, capture_output=True, check=False).returncode == 0
    disk = Disk(folder, own=own)
    try:
        yield disk
    finally:
        if own:
            subprocess.run([_tool("umount"), "--lazy", folder], check=True)
        else:
            disk.allow_writing()
            disk.free()


def _remount(folder: Path, how: str) -> None:
    subprocess.run([_tool("mount"), "-o", f"remount,{how}", folder], check=True)


def _tool(name: str) -> str:
    found = shutil.which(name)
    assert found is not None
    return found


def _limit_files(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
