"""Serves the page: to this machine only, and so that it loads nothing from elsewhere."""

import io
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citeglot.errors import EnvironmentLacks

STYLE = Path(__file__).parent / "page.css"
SCRIPT = Path(__file__).parent / "page.js"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "object-src 'none'",
    )
)
UNUSED = ("/upload", "/gradio_api/upload", "/gradio_api/openapi.json", "/openapi.json")
EVERY_ADDRESS = ("0.0.0.0", "::")
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may reach the page: the users with their passwords, none where it is for this machine alone; and programs.

    `programs` are those that speak MCP.
    """

    users: tuple[tuple[str, str], ...] = ()
    programs: bool = False


def serve(
    launch: Callable[..., tuple[object, str, str]],
    host: str,
    port: int,
    access: Access | None = None,
    routes: Sequence[Route] = (),
) -> str:
    """Start the server by Gradio's `launch` and return its address; a port that cannot be had is an error.

    `routes` are served before the page's own, with the same headers and the same guards, but without its password.
    """
    access = access or Access()
    if access.programs and find_spec("mcp") is None:
        raise EnvironmentLacks(
            "--mcp needs a library that is not installed, mcp, in the version that Gradio works with. Get it with: "
            'python -m pip install -e ".[mcp]"'
        )
    without_proxy = [os.environ.get("NO_PROXY", ""), "127.0.0.1", "localhost"]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, without_proxy))
    try:
        # Gradio tells of MCP although it is to be quiet
        with redirect_stdout(io.StringIO()) if access.programs else nullcontext():
            _, url, _ = launch(
                server_name=host, server_port=port, share=False, quiet=True, prevent_thread_lock=True, inbrowser=False,
                show_error=False, enable_monitoring=False, run_history=False, footer_links=[], max_file_size="1kb",
                ssr_mode=False, mcp_server=access.programs, pwa=False, num_workers=0, css_paths=STYLE,
                auth=list(access.users) or None,
                head=f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>",
                app_kwargs={
                    "middleware": guards(host), "routes": list(routes),
                    "docs_url": None, "redoc_url": None, "openapi_url": None,
                },
            )  # fmt: skip
    except OSError:
        raise EnvironmentLacks(
            f"The page cannot be served at port {port} of {host}: another program uses it, or you may not. "
            f"Choose another port, such as: python app.py --port {port + 1 if port < 65535 else 7861}"
        ) from None
    return url


def guards(host: str) -> list[Middleware]:
    """Return the middleware of the page's server: headers, origin, host.

    Where it listens on every address, any name is let in: a page of another site that has itself resolved to this
    machine still lacks the password.
    """
    hosts = ["*"] if host in EVERY_ADDRESS else sorted({"127.0.0.1", "localhost", host})
    return [Middleware(PageGuard), Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)]


class PageGuard:
    """Adds the security headers to every response, and refuses requests that another site's page makes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._chosen(scope)(scope, receive, send_guarded)

    def _chosen(self, scope: Scope) -> ASGIApp:
        if not _is_own_origin(dict(scope.get("headers", ()))):
            return REFUSED
        return ABSENT if scope.get("path", "").rstrip("/") in UNUSED else self._app


ABSENT = PlainTextResponse("Not found.", status_code=404)
REFUSED = PlainTextResponse("Requests from pages of other sites are refused.", status_code=403)


def _is_own_origin(headers: dict[bytes, bytes]) -> bool:
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")
