"""What a server answers to those who run it: /healthz, /readyz and, where it was asked for, /metrics.

The first two are open to whoever reaches the server, and tell nothing of questions or articles. /metrics wants a secret
of its own wherever the page wants a password, so that who reads it need not be let in to ask.
"""

import os
import secrets
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from citeglot.deployment import Service
from citeglot.errors import WrongUse
from citeglot.health import Health
from citeglot.loading import ChatbotLoader
from citeglot.metrics import CONTENT_TYPE, Metrics
from citeglot.observing import Observer
from citeglot.question_log import QuestionLog

TOKEN = "CITEGLOT_METRICS_TOKEN"
SHORTEST_TOKEN = 12


class Status:
    """What is observed of questions, and the routes that tell it; by default nothing is observed."""

    def __init__(self, service: Service, token: str = "") -> None:
        self._token = token
        self._metrics = Metrics() if service.metrics else None
        log = QuestionLog(service) if service.log else None
        self.observers: Sequence[Observer] = [one.observe for one in (self._metrics, log) if one]

    def routes(self, loader: ChatbotLoader) -> list[Route]:
        """Return the routes over what a loader loads."""
        health = Health(loader)

        async def alive(request: Request) -> Response:
            return PlainTextResponse("ok\n")

        def ready(request: Request) -> Response:
            missing = health.state().missing
            return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)

        def metrics(request: Request) -> Response:
            if self._metrics is None or not self._may_read(request):
                return PlainTextResponse("Expected the secret.\n", 401, {"WWW-Authenticate": "Bearer"})
            text = self._metrics.text(health.state(), len(loader.line), loader.line.turned_away)
            return Response(text, media_type=CONTENT_TYPE)

        routes = [Route("/healthz", alive), Route("/readyz", ready)]
        return [*routes, Route("/metrics", metrics)] if self._metrics else routes

    def _may_read(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("latin-1")
        return not self._token or secrets.compare_digest(given, f"Bearer {self._token}".encode())


def open_status(service: Service, has_users: bool) -> Status:
    """Return the status of a server; WrongUse where /metrics would be open although the page asks for a password."""
    token = os.environ.get(TOKEN, "").strip()
    if service.metrics and has_users and not token:
        raise WrongUse(
            f"The page asks for a password, and /metrics would not. Expected a secret in {TOKEN}, which Prometheus "
            "sends as `Authorization: Bearer …`; or leave [server] metrics and CITEGLOT_METRICS out."
        )
    if token and len(token) < SHORTEST_TOKEN:
        raise WrongUse(f"{TOKEN} has {len(token)} characters. Expected at least {SHORTEST_TOKEN}.")
    return Status(service, token)
