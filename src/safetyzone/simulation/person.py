"""Somebody with a browser: signs in by a link, keeps the session, sends what the page's own buttons would send."""

import json
from pathlib import Path
from typing import Any

import httpx

from safetyzone.simulation.plan import PersonKey

CSRF_COOKIE = "csrf"


class Person:
    """A signed-in officer. The session is kept beside the plan, because the link works only once and we may be restarted."""

    def __init__(self, key: PersonKey, web_url: str, keeps: Path | None) -> None:
        self.key = key
        self.kept = keeps / f"{key.name}.session" if keeps else None
        self.web = httpx.AsyncClient(base_url=web_url, timeout=10, follow_redirects=True)

    async def enter(self) -> None:
        """Sign in, or go on with the session of before."""
        if self.kept and self.kept.exists():
            for name, value in json.loads(self.kept.read_text()).items():
                self.web.cookies.set(name, value)
            return
        (await self.web.get(self.key.link)).raise_for_status()
        if self.kept:
            self.kept.touch(mode=0o600)
            self.kept.write_text(json.dumps(dict(self.web.cookies)))

    async def see(self, path: str) -> str:
        """A page or fragment; empty while the web is away."""
        try:
            reply = await self.web.get(path)
        except httpx.HTTPError:
            return ""
        return reply.text if reply.status_code == httpx.codes.OK else ""

    async def ask(self, path: str) -> Any:
        """JSON, or None while the web is away."""
        try:
            reply = await self.web.get(path, headers={"Accept": "application/json"})
            return reply.json() if reply.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError):
            return None

    async def do(self, path: str, **fields: Any) -> bool:
        """Press a button; False when the answer was no, or nobody answered."""
        headers = {"X-CSRFToken": self.web.cookies.get(CSRF_COOKIE) or "", "Accept": "application/json"}
        try:
            reply = await self.web.post(path, data=fields, headers=headers, follow_redirects=False)
        except httpx.HTTPError:
            return False
        return reply.status_code < httpx.codes.BAD_REQUEST
