"""Finding cameras for an officer: who is there, what each shows, and a key frame more often where he said yes.

Every number and every address that a device names is checked as one of the register is, before anything is sent to it.
"""

import asyncio
import io
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from safetyzone.programs.probe import discover
from safetyzone.programs.probe.devices import Refuses, Talk
from safetyzone.programs.probe.eyes import Eyes, Watched
from safetyzone.senses.cameras.addresses import AddressRefused, Network, checked, may_be_a_camera
from safetyzone.senses.cameras.finding import discovery, streams
from safetyzone.senses.cameras.finding.discovery import Device
from safetyzone.senses.cameras.finding.onvif import Information, Profile
from safetyzone.senses.cameras.finding.soap import Secret
from safetyzone.senses.cameras.finding.streams import Stream

WITHIN_S = 50.0
"""One device: its answers, its two streams with two key frames each, and once more after a correction."""
SETTLES_S = 2.0
"""A camera begins its encoders anew when they are set."""
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Opened:
    """What was seen at a device: ``facts`` as ``FoundCamera`` keeps them and a JPEG; or ``why`` nothing was."""

    facts: dict[str, Any] = field(default_factory=dict)
    picture: bytes = b""
    why: str = ""


class Finder:
    """Of one probe. It has eyes of its own: an officer who waits does not wait for the daily round."""

    def __init__(
        self, *, allowed: Sequence[Network], own_ports: Collection[int], discovery_port: int = discovery.PORT,
        listen_s: float = discover.LISTEN_S, rtsp_port: int = 554,
    ) -> None:  # fmt: skip
        self.allowed, self.own_ports = allowed, own_ports
        self.discovery_port, self.listen_s, self.rtsp_port = discovery_port, listen_s, rtsp_port
        self.eyes = Eyes()

    async def close(self) -> None:
        """End the eyes."""
        await self.eyes.close()

    async def search(self, network: str) -> list[Device] | None:
        """Those that answer; None where the network may not be asked, or cannot be."""
        try:
            return await discover.devices(
                network, allowed=self.allowed, own_ports=self.own_ports, listen_s=self.listen_s, port=self.discovery_port
            )
        except (ValueError, OSError):
            return None

    async def open(self, device: Device, secret: Secret, *, correct: bool, at: datetime) -> Opened:
        """Look at what a device shows; ``correct``: set its key frames first, where it lets us."""
        if not may_be_a_camera(ipaddress.ip_address(device.number), self.allowed):
            return Opened(why="outside")
        try:
            async with asyncio.timeout(WITHIN_S):
                if device.port == 0:
                    return await self._by_paths(device, secret)
                return await self._by_onvif(device, secret, correct=correct, at=at)
        except TimeoutError:
            return Opened(why="no answer")
        except Refuses as no:
            return Opened(why=no.why)

    async def _by_onvif(self, device: Device, secret: Secret, *, correct: bool, at: datetime) -> Opened:
        talk = Talk(device, secret, now=at, own_ports=self.own_ports)
        try:
            information, profiles = await talk.offers()
            chosen, done = _chosen(profiles), None
            if correct:
                done = await talk.set_key_frames([(one, streams.frames_between_keys(one)) for one in chosen])
                await asyncio.sleep(SETTLES_S)
                information, profiles = await talk.offers()  # it may have moved its streams
                chosen = _chosen(profiles)
            if not chosen:
                return Opened(why="no stream")
        finally:
            await talk.close()
        seen = await asyncio.gather(*(self._watch(_address(device, one), secret) for one in chosen))
        elsewhere = any(one.elsewhere for one in chosen)
        facts = {"corrected": done, "can_correct": any(one.gov for one in chosen), "profiles": [_listed(one) for one in profiles]}
        return _opened(information, seen, secret, elsewhere=elsewhere, more=facts)

    async def _by_paths(self, device: Device, secret: Secret) -> Opened:
        """A camera without ONVIF: the addresses that its makers print."""
        for large, small in streams.PATHS:
            main = await self._watch(f"rtsp://{_host(device)}:{self.rtsp_port}{large}", secret)
            if main[1].why == "password":
                return Opened(why="password")
            if main[0].seen:
                sub = await self._watch(f"rtsp://{_host(device)}:{self.rtsp_port}{small}", secret) if small else None
                seen = [main, sub] if sub is not None and sub[0].seen else [main]
                return _opened(Information("", "", ""), seen, secret, elsewhere=False, more={})
        return Opened(why="no stream")

    async def _watch(self, address: str, secret: Secret) -> tuple[Stream, Watched]:
        try:
            place = checked(address, allowed=self.allowed, own_ports=self.own_ports, resolve=lambda _: ())
        except AddressRefused:
            return Stream(address, "", 0, 0, 0.0, None, seen=False), Watched(None, "no picture")
        watched = await self.eyes.watch(place, user=secret.user, password=secret.password)
        stream = Stream(
            place.url, watched.codec, watched.width, watched.height, watched.fps, watched.key_every_s, seen=watched.picture is not None
        )
        return stream, watched


def _chosen(profiles: Sequence[Profile]) -> list[Profile]:
    return [profile for profile in streams.choose(profiles) if profile is not None]


def _host(device: Device) -> str:
    return f"[{device.number}]" if ":" in device.number else device.number


def _address(device: Device, profile: Profile) -> str:
    return f"rtsp{'s' if profile.tls else ''}://{_host(device)}:{profile.port}{profile.path}"


def _listed(profile: Profile) -> dict[str, Any]:
    """A profile as it is set, for whoever wants to see them all."""
    return {"name": profile.name, "codec": profile.codec, "width": profile.width, "height": profile.height, "fps": profile.fps}


def _opened(
    information: Information, seen: Sequence[tuple[Stream, Watched]], secret: Secret, *, elsewhere: bool, more: dict[str, Any]
) -> Opened:
    (main, watched), *rest = seen
    sub = rest[0][0] if rest else None
    if not main.seen and (sub is None or not sub.seen):
        return Opened(why="password" if watched.why == "password" else "no stream")
    facts = {
        "maker": information.maker, "model": information.model, "firmware": information.firmware, "main": main.as_facts(),
        "sub": sub.as_facts() if sub else None,
        "advice": streams.advice(main, sub, user=secret.user, password=secret.password, elsewhere=elsewhere), **more,
    }  # fmt: skip
    picture = next((one.picture for _, one in seen if one.picture is not None), None)
    return Opened(facts, _jpeg(picture) if picture is not None else b"")


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
