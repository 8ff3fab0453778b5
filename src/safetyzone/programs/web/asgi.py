"""What granian serves: the live channel by itself, everything else by Django."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyzone.programs.web.configuration")

from django.core.asgi import get_asgi_application

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_django: Any = get_asgi_application()

from safetyzone.response.command_room.live import live_application  # noqa: E402 - Django is ready only now


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """``/live`` holds its connection for hours and so passes Django by; ``/healthz`` says that we can answer."""
    path = scope.get("path", "")
    if path == "/live":
        await live_application(scope, receive, send)
    elif path == "/healthz":
        headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"well\n"})
    else:
        await _django(scope, receive, send)
