"""`kiosk serve`: the board in browsers, to look at. Each open page is a process of its own: see `visitor`."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from hmac import compare_digest
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from aiohttp import web
from aiohttp_jinja2 import render_template
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int
from typing_extensions import override

from core import Defecto, InvalidRequestError, OccupationService
from core.settings import variable
from kiosk.cli.console import Console, until_stopped
from kiosk.cli.options import Json
from kiosk.resources import ASSETS
from kiosk.words.wording import Wording

commands = typer.Typer()

GRACE: Final = 5.0
"""Seconds in which a visitor's process ends by itself, or a page answers that it closes."""
HEARTBEAT: Final = 15.0
"""Seconds after which a page whose machine went away is noticed."""
COOKIE: Final = "kiosk_token"
REMEMBERED: Final = 365 * 86_400
"""Seconds that a browser keeps the token."""
RETRY: Final = {"Refresh": "5"}
"""A browser that was turned away tries again: a screen on the wall has nobody to reload it."""
_BOTH: Final = (Wording("es"), Wording("en"))


class Visitor(AppService):
    """The process behind one open page."""

    @override
    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        environment = super()._build_environment(width, height)
        for name in (variable("serve_token"), "NO_COLOR"):
            environment.pop(name, None)
        # No key leaves the program, and no sound is played on the server.
        return environment | {variable("mode"): "1", variable("sound"): "off", "TERM": "xterm-256color"}

    @override
    async def run(self) -> None:
        """Hand on what the process paints; when it has ended, close the page."""
        await super().run()
        await self.remote_close()

    @override
    async def stop(self) -> None:
        """End the process: it is asked to, and killed where it does not in time."""
        process = self._process
        if process is None:
            return
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE):
                    await super().stop()
                    await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


class BoardServer(Server):
    """Serves the board to at most `most` visitors; with a `token`, only to browsers that were opened with it once."""

    def __init__(self, console: Console, *, host: str, port: int, most: int) -> None:
        demo = ["--demo"] if console.session.is_demo else []
        visitor = shlex.join([sys.executable, "-m", "kiosk.cli.families.visitor", *demo])
        super().__init__(f"exec {visitor}", host=host, port=port, templates_path=ASSETS / "browser")
        self._console = console
        self._most = most
        self._token = console.session.configured.serve_token
        self._visitors: dict[web.WebSocketResponse, Visitor] = {}
        """By the page's socket."""

    async def run(self) -> None:
        """Serve until cancelled; then every visitor's process has ended.

        Raises InvalidRequestError when the address cannot be used, or needs a token.
        """
        if self._token is None and not _is_loopback(self.host):
            raise InvalidRequestError(variable("serve_token"), Defecto.FALTA_TOKEN, host=self.host)
        runner = web.AppRunner(await self._make_app(), access_log=None, shutdown_timeout=GRACE)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, self.host, self.port).start()
            except OSError as exc:
                address = f"{self.host}:{self.port}"
                raise InvalidRequestError("--host", Defecto.NO_SE_PUEDE_USAR, address, detail=exc.strerror) from exc
            host = f"[{self.host}]" if ":" in self.host else self.host
            url = f"http://{host}:{runner.addresses[0][1]}/"
            line = self._console.words("serve.listening", url=url, count=self._most)
            self._console.answer({"url": url, "visitors": self._most}, [line])
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    @override
    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: whether the address can be used is known later."""

    @override
    async def on_shutdown(self, app: web.Application) -> None:
        """Close every page, and wait until its process has ended."""
        open_now = dict(self._visitors)
        await asyncio.gather(*(page.close() for page in open_now))
        await asyncio.gather(*(visitor.stop() for visitor in open_now.values()))

    @override
    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._admit)
        return app

    @web.middleware
    async def _admit(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Turn away who lacks the token, and what another site's page asks for in the name of who looks at it."""
        origin = request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != request.host:
            return _plain(403, (words("serve.elsewhere") for words in _BOTH))
        if self._token is None:
            # Without a token another site's page must not get here by a name that leads to this machine either.
            if not _is_loopback(urlsplit(f"//{request.host}").hostname or ""):
                return _plain(403, (words("serve.elsewhere") for words in _BOTH))
            return await handler(request)
        given = request.query.get("token", request.cookies.get(COOKIE, ""))
        if not compare_digest(given.encode(errors="replace"), self._token.encode()):
            return _plain(403, (words("serve.no_token") for words in _BOTH))
        if "token" not in request.query:
            return await handler(request)
        # From here on it is a cookie: it must not stay in the address, which people see and send to others.
        clean = web.HTTPSeeOther(request.rel_url.without_query_params("token"))
        clean.set_cookie(COOKIE, given, max_age=REMEMBERED, httponly=True, samesite="Lax", secure=request.secure)
        raise clean

    @override
    async def handle_index(self, request: web.Request) -> web.Response:
        """The page with the board; another one when there are as many visitors as there may be."""
        if self._is_full:
            return self._full()
        words = self._console.words
        context = {
            "lang": words.language,
            "title": words("serve.title"),
            "opening": words("serve.opening"),
            "closed": words("serve.closed"),
            "font_size": to_int(request.query.get("fontsize", ""), 16),
        }
        response = render_template("board.html", request, context)
        sockets = f"ws://{request.host} wss://{request.host}"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self' 'unsafe-inline' data:; connect-src 'self' {sockets}; frame-ancestors 'none'"
        )
        return response

    @override
    async def handle_websocket(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]
        """One visitor: a process, from the page's opening to its closing."""
        if self._is_full:
            return self._full()
        page = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=GRACE)
        visitor = Visitor(
            self.command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,  # type: ignore[arg-type]  # whether it was open does not matter
            download_manager=self.download_manager,
        )
        self._visitors[page] = visitor
        try:
            await page.prepare(request)
            width, height = (request.query.get(side, "") for side in ("width", "height"))
            await visitor.start(to_int(width, 80), to_int(height, 24))
            await self._process_messages(page, visitor)
        finally:
            try:
                await visitor.stop()
            finally:
                del self._visitors[page]
        return page

    @property
    def _is_full(self) -> bool:
        return len(self._visitors) >= self._most

    def _full(self) -> web.Response:
        return _plain(503, (words("serve.full", count=self._most) for words in _BOTH))


@commands.command()
def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535)] = 8000,
    visitors: Annotated[int, typer.Option("--visitors", min=1, max=1000)] = 8,
    as_json: Json = False,
) -> None:
    """Show the board in browsers, until SIGTERM, SIGHUP or Ctrl+C."""
    console = Console(context.obj, as_json=as_json)

    async def opens(_: OccupationService) -> None:
        """A ledger that cannot be opened is refused as by every command, and not in each browser."""

    async def act() -> None:
        await until_stopped(BoardServer(console, host=host, port=port, most=visitors).run())

    console.run(opens)
    console.run_alone(act)


def _is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(status: int, lines: Iterable[str]) -> web.Response:
    return web.Response(status=status, text="\n\n".join(lines), headers=RETRY)
