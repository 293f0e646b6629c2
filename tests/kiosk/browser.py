"""A real browser without a window, spoken to by its DevTools protocol: what a page shows, and what it asks for."""

import asyncio
import base64
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, ClientWebSocketResponse
from PIL import Image

from tests.kiosk.commands import PATIENCE

PROGRAMS: Final = ("chromium-headless-shell", "chromium", "google-chrome")

_KEEP_TERMINAL: Final = """
Object.defineProperty(Object.prototype, "terminal", {configurable: true, set(terminal) {
    window.shown ??= terminal;
    Object.defineProperty(this, "terminal", {value: terminal, writable: true, configurable: true});
}});
"""
"""The page keeps its terminal to itself: before any other script runs, the first one is kept for us too."""

_LINES: Final = """
Array.from({length: window.shown?.rows ?? 0}, (_, row) => shown.buffer.active.getLine(row).translateToString())
    .join("\\n")
"""


class Browser:
    """One page. `asked` are the addresses it asked the network for."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0
        self.asked: list[str] = []

    async def _call(self, method: str, **params: object) -> dict[str, Any]:
        self._calls += 1
        await self._socket.send_json({"id": self._calls, "method": method, "params": params})
        while True:
            message = await self._socket.receive_json(timeout=PATIENCE)
            if message.get("method") == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])
            if message.get("id") == self._calls:
                return dict(message["result"])

    async def open(self, address: str) -> None:
        """Go to the address."""
        await self._call("Network.enable")
        await self._call("Page.enable")
        await self._call("Page.addScriptToEvaluateOnNewDocument", source=_KEEP_TERMINAL)
        await self._call("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """What the JavaScript comes to in the page."""
        return (await self._call("Runtime.evaluate", expression=expression))["result"].get("value")

    async def shows(self, *texts: str) -> None:
        """Wait until the page's terminal shows each of these texts."""
        lines = ""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(text in lines for text in texts):
                    lines = await self.value(_LINES)
        except TimeoutError:
            raise AssertionError(
                f"never shown; the page was:\n{lines or await self.value('document.body.innerText')}"
            ) from None

    async def type(self, text: str) -> None:
        """Type the text, and Enter."""
        for key in text:
            await self._call("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self._call("Input.dispatchKeyEvent", type="keyDown", text="\r", key="Enter", windowsVirtualKeyCode=13)

    async def paints(self, colour: str, pixels: int) -> None:
        """Wait until a picture of the page has more than so many pixels of the colour `#RRGGBB`."""
        wanted, count = tuple(bytes.fromhex(colour[1:])), 0
        async with asyncio.timeout(PATIENCE):
            while count <= pixels:
                shot = await self._call("Page.captureScreenshot")
                with Image.open(BytesIO(base64.b64decode(shot["data"]))) as picture:
                    colours = picture.convert("RGB").getcolors(1 << 24) or []
                count = sum(number for number, painted in colours if painted == wanted)


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    """A browser with an empty page, which keeps its files in the folder; it has ended when the block ends."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    process = await asyncio.create_subprocess_exec(
        *(program, "--headless", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}"),
        *("--window-size=1280,720", "about:blank"),
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = ""
            while "DevTools listening on ws://" not in line:
                line = (await process.stderr.readline()).decode()
                assert line, "the browser ended"
        address = line.split("//")[1].split("/")[0]
        async with ClientSession() as session:
            async with session.get(f"http://{address}/json/list") as answer:
                [page] = [target for target in await answer.json() if target["type"] == "page"]
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Browser(socket)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
