"""Keeps the kiosk listening when a scanner sends bytes that are no UTF-8."""

import codecs
import sys


class _Replacing:
    """Makes decoders that turn a stray byte into U+FFFD, where the strict ones end Textual's input thread."""

    def __init__(self, encoding: str) -> None:
        self._make = codecs.getincrementaldecoder(encoding)

    def __call__(self) -> codecs.IncrementalDecoder:
        return self._make(errors="replace")


def tolerate_stray_bytes() -> None:
    """From now on Textual's terminal driver reads what is no UTF-8 as U+FFFD: an unknown code, refused like any.

    Textual 8.2 decodes strictly (`LinuxDriver.run_input_thread`); a scanner set to Latin-1 would leave it deaf.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    vars(linux_driver)["getincrementaldecoder"] = _Replacing
