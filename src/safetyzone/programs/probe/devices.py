"""Talking ONVIF with one device: HTTP to the number that was checked, no redirects, no proxy, no address of the device's own choosing."""

import asyncio
import os
import ssl
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import httpx

from safetyzone.senses.cameras.finding import onvif, soap, xml
from safetyzone.senses.cameras.finding.discovery import Device
from safetyzone.senses.cameras.finding.onvif import MEDIA, MEDIA2, Information, Profile
from safetyzone.senses.cameras.finding.soap import Fault, Secret

WITHIN_S, WHOLE_S = 5.0, 8.0
"""Of one read, and of one question with its answer: a device that sends a byte a second is none."""
OLDEST_CLOCK = timedelta(days=365 * 30)
TYPE = "application/soap+xml; charset=utf-8"
UNAUTHORIZED = 401
NO = frozenset({"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "SenderNotAuthorized"})
Door = tuple[int, str, bool]


class Refuses(Exception):
    """Why it cannot be had: ``password``, ``no answer``, ``no onvif``. No words of the device's."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Talk:
    """One conversation. ``now`` is ours when it begins; the device is answered by its own clock."""

    def __init__(self, device: Device, secret: Secret, *, now: datetime, own_ports: Collection[int]) -> None:
        self.device, self.secret, self.now, self.own_ports = device, secret, now, own_ports
        self.ahead, self.begun = timedelta(0), time.monotonic()
        self.speaks: tuple[str, Door] | None = None
        insecure = ssl.create_default_context()  # cameras sign their own certificates; the password is never sent, only its digest
        insecure.check_hostname, insecure.verify_mode = False, ssl.CERT_NONE
        self.http = httpx.AsyncClient(verify=insecure, follow_redirects=False, trust_env=False, timeout=WITHIN_S)

    async def close(self) -> None:
        """End the connections."""
        await self.http.aclose()

    @property
    def door(self) -> Door:
        """Of its device service."""
        return self.device.port, self.device.path, self.device.tls

    async def set_clock(self) -> None:
        """Ask for the device's time, by which it judges how fresh a question is. Raises as ``ask``."""
        clock = onvif.read_time(await self.ask(self.door, onvif.TIME, signed=False))
        self.ahead = clock - self.now if clock is not None and abs(clock - self.now) < OLDEST_CLOCK else timedelta(0)
        self.begun = time.monotonic()

    async def offers(self) -> tuple[Information, list[Profile]]:
        """Who made it, and its streams with their ports and paths.

        Raises:
            Refuses: with the reason.
        """
        door = self.door
        try:
            await self.set_clock()
            information = onvif.read_information(await self.ask(door, onvif.INFORMATION))
            return information, await self._profiles(await self._media(door))
        except Fault as fault:
            raise Refuses("password" if fault.code in NO else "no onvif") from None
        except xml.BadXml:
            raise Refuses("no onvif") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):  # TimeoutError is one
            raise Refuses("no answer") from None

    async def set_key_frames(self, profiles: Sequence[tuple[Profile, int]]) -> bool:
        """Order a key frame every so many frames, profile by profile; False where the camera refuses one. After ``offers``."""
        if self.speaks is None:
            return False
        service, door = self.speaks
        try:
            for profile, every in profiles:
                order = onvif.set_key_frames(service, profile.encoder, every) if profile.encoder is not None else None
                if order is None:
                    return False
                await self.ask(door, order)
        except (Fault, Refuses, xml.BadXml, httpx.HTTPError, httpx.InvalidURL, OSError):
            return False
        return True

    async def _media(self, door: Door) -> dict[str, Door]:
        try:
            found = onvif.read_services(await self.ask(door, onvif.SERVICES))
        except Fault as fault:
            if fault.code in NO:
                raise
            found = {}
        return found or onvif.read_capabilities(await self.ask(door, onvif.CAPABILITIES))

    async def _profiles(self, media: dict[str, Door]) -> list[Profile]:
        """By Media2, which knows H.265, where there is one; else by Media."""
        for service in (MEDIA2, MEDIA):
            if service not in media:
                continue
            try:
                found = onvif.read_profiles(await self.ask(media[service], onvif.profiles(service)))
                with_address = [await self._address(media[service], service, profile) for profile in found]
            except Fault as fault:
                if fault.code in NO or service == MEDIA:
                    raise
                continue
            if good := [profile for profile in with_address if profile is not None]:
                self.speaks = service, media[service]
                return good
        return []

    async def _address(self, door: Door, service: str, profile: Profile) -> Profile | None:
        return onvif.with_address(profile, await self.ask(door, onvif.stream_uri(service, profile.token)), number=self.device.number)

    async def ask(self, door: Door, body: str, *, signed: bool = True) -> Element:
        """One question to one door of this device; the answer's first element.

        Raises:
            Refuses, Fault, BadXml, httpx.HTTPError, httpx.InvalidURL, OSError.
        """
        port, path, tls = door
        if port in self.own_ports:
            raise Refuses("no onvif")
        host = f"[{self.device.number}]" if ":" in self.device.number else self.device.number
        header = ""
        if signed and self.secret.user:
            since = timedelta(seconds=time.monotonic() - self.begun)  # a camera takes its time to turn, and refuses what is old
            header = self.secret.header(nonce=os.urandom(16), created=(self.now + since + self.ahead).astimezone(UTC))
        asked = httpx.Request(
            "POST", f"{'https' if tls else 'http'}://{host}:{port}{path}", content=soap.envelope(body, header=header),
            headers={"Content-Type": TYPE, "User-Agent": "safetyzone"},
        )  # fmt: skip
        async with asyncio.timeout(WHOLE_S):
            answer = await self._send(asked)
            try:
                if answer.status_code == UNAUTHORIZED:
                    raise Refuses("password")
                if answer.is_redirect:
                    raise Refuses("no onvif")
                return soap.body_of(await _read(answer))
            finally:
                await answer.aclose()

    async def _send(self, asked: httpx.Request) -> httpx.Response:
        """Answers a Digest challenge once. Not left to httpx, which would read a whole challenge, however long."""
        answer = await self.http.send(asked, stream=True)
        if answer.status_code != UNAUTHORIZED or not self.secret.user:
            return answer
        await answer.aclose()
        flow = httpx.DigestAuth(self.secret.user, self.secret.password).auth_flow(asked)
        next(flow)
        try:
            return await self.http.send(flow.send(answer), stream=True)
        except StopIteration:  # no Digest: Basic would hand the password to whoever stands at that number
            return answer


async def _read(answer: httpx.Response) -> bytes:
    """The answer as it was sent, unpacked by nobody, and no more of it than we read."""
    data = b""
    async for chunk in answer.aiter_raw():
        data += chunk
        if len(data) > xml.MOST_BYTES:
            raise xml.BadXml("too large")
    return data
