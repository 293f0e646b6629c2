"""The real gspread client, pointed at another base address than Google's and carrying no Google credentials."""

from typing import Any, Final, cast
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.credentials import Credentials

GOOGLE: Final = "https://sheets.googleapis.com"


class SessionAt(requests.Session):
    """Sends what is meant for the Sheets API to another address, and refuses to send anything anywhere else.

    gspread builds absolute addresses from constants that several of its modules import by name; the session is the
    one place that all of its requests pass, and the one that it takes from outside.
    """

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base.rstrip("/")
        # Otherwise a .netrc would add credentials, and a proxy of the environment would be asked.
        self.trust_env = False

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        asked = url.decode() if isinstance(url, bytes) else url
        if not asked.startswith(f"{GOOGLE}/"):
            raise requests.exceptions.InvalidURL(f"not the Sheets API: {urlsplit(asked).netloc}")
        return super().request(method, self._base + asked.removeprefix(GOOGLE), *args, **kwargs)


def client_at(base: str, *, timeout: tuple[float, float] = (5.0, 5.0)) -> gspread.Client:
    """A client with these connect and read timeouts, in seconds. Close its `http_client.session` after use."""
    no_credentials = cast("Credentials", None)
    client = gspread.Client(auth=no_credentials, session=SessionAt(base))
    client.set_timeout(timeout)
    return client
