"""Turning one camera by ONVIF PTZ: to the number that was checked, as all talk with devices (``devices.Talk``)."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import httpx

from safetyzone.kernel.geometry import Point
from safetyzone.programs.probe.devices import NO, Refuses, Talk
from safetyzone.senses.cameras import slewing
from safetyzone.senses.cameras.addresses import AddressRefused, Network, Resolve, checked, may_be_a_camera
from safetyzone.senses.cameras.finding import onvif, ptz, xml
from safetyzone.senses.cameras.finding.discovery import Device
from safetyzone.senses.cameras.finding.onvif import MEDIA, MEDIA2
from safetyzone.senses.cameras.finding.ptz import PTZ, Door, Node, Position
from safetyzone.senses.cameras.finding.soap import Fault, Secret
from safetyzone.senses.cameras.ports import CannotTurn
from safetyzone.senses.cameras.slew_queries import ToSlew
from safetyzone.senses.cameras.slewing import Aim, Home, Target

WITHIN_S = 25.0
"""Of one camera, all questions and the turn itself: who needs longer holds nothing up, and is tried again."""
LOOK_EVERY_S, ARRIVES_WITHIN_S = 0.3, 10.0
AWAY = (httpx.HTTPError, httpx.InvalidURL, OSError)


class Turner:
    """Of one probe."""

    def __init__(self, *, allowed: Sequence[Network], own_ports: Collection[int], resolve: Resolve) -> None:
        self.allowed, self.own_ports, self.resolve = allowed, own_ports, resolve

    @asynccontextmanager
    async def talking(self, to: ToSlew, *, at: datetime) -> AsyncIterator["OnvifHead"]:
        """The motors of a camera, until the block ends; no more than ``WITHIN_S``.

        Raises:
            CannotTurn: from any question inside the block, too.
        """
        talk = None
        try:
            async with asyncio.timeout(WITHIN_S):
                number = await asyncio.to_thread(self._number, to)
                device = Device(number, to.onvif_port, to.onvif_path, to.onvif_tls)
                talk = Talk(device, Secret(to.user, to.password), now=at, own_ports=self.own_ports)
                yield await _head(talk)
        except Refuses as no:
            raise CannotTurn("no motors" if no.why == "no onvif" else no.why) from None
        except Fault as fault:
            raise CannotTurn("password" if fault.code in NO else "refused") from None
        except xml.BadXml:
            raise CannotTurn("no motors") from None
        except AddressRefused:
            raise CannotTurn("outside") from None
        except AWAY:  # TimeoutError is one
            raise CannotTurn("no answer") from None
        finally:
            if talk is not None:
                await talk.close()

    def _number(self, to: ToSlew) -> str:
        """The machine of the camera's address, resolved once and checked; no pretend camera has motors."""
        if not to.address:
            raise CannotTurn("no address")
        place = checked(to.address, allowed=self.allowed, own_ports=self.own_ports, resolve=self.resolve)
        if not may_be_a_camera(ipaddress.ip_address(place.number), self.allowed):
            raise CannotTurn("outside")
        return place.number


async def _head(talk: Talk) -> "OnvifHead":
    """Find the motors: their service, the profile that has them, and what they can do."""
    await talk.set_clock()
    try:
        doors = ptz.read_doors(await talk.ask(talk.door, onvif.SERVICES))
    except Fault as fault:
        if fault.code in NO:
            raise
        doors = {}
    if PTZ not in doors:
        doors |= ptz.read_old_doors(await talk.ask(talk.door, ptz.CAPABILITIES))
    for media in (MEDIA, MEDIA2):
        if PTZ in doors and media in doors:
            found = ptz.read_profile(await talk.ask(doors[media], ptz.profiles(media)))
            if found is not None:
                node = ptz.read_node(await talk.ask(doors[PTZ], ptz.node(found[1])))
                return OnvifHead(talk, doors[PTZ], found[0], node)
    raise CannotTurn("no motors")


class OnvifHead:
    """``ports.Head`` by ONVIF. Whatever goes wrong is told by ``Turner.talking``."""

    def __init__(self, talk: Talk, door: Door, profile: str, node: Node) -> None:
        self.profile, self.node = profile, node
        self._ask = partial(talk.ask, door)

    async def before(self) -> Position:
        """See ``ports.Head``."""
        status = await self._status()
        if status.moving:
            raise CannotTurn("in use")
        return status.position

    async def look_at(self, to: Aim, home: Home, before: Position, target: Target, others: Mapping[str, Point]) -> str:
        """By position where the camera speaks of degrees and says that it went there; else by a preset."""
        there = slewing.position(to, home, before, self.node)
        if there is not None:
            try:
                await self._ask(ptz.absolute_move(self.profile, there))
            except Fault as fault:
                if fault.code in NO:
                    raise
            else:
                await self._arrives()
                return "position"
        preset = slewing.preset(ptz.read_presets(await self._ask(ptz.presets(self.profile))), target, others, home)
        if preset is None:
            raise CannotTurn("no way")
        await self._ask(ptz.goto_preset(self.profile, preset.token))
        await self._arrives()
        return "preset"

    async def go_home(self, before: Position) -> None:
        """See ``ports.Head``. The place where it stood comes first: the home of many cameras is as the maker left it."""
        if before.is_known:
            try:
                await self._ask(ptz.absolute_move(self.profile, before))
            except Fault as fault:
                if fault.code in NO or not self.node.home:
                    raise
            else:
                if not slewing.is_back(await self._arrives(), before):
                    raise CannotTurn("not back")
                return
        elif not self.node.home:
            raise CannotTurn("no way")
        await self._ask(ptz.goto_home(self.profile))
        await self._arrives()

    async def _arrives(self) -> Position:
        """Where it stands when it has stopped, or when it should have."""
        for _ in range(round(ARRIVES_WITHIN_S / LOOK_EVERY_S)):
            await asyncio.sleep(LOOK_EVERY_S)
            status = await self._status()
            if not status.moving:
                break
        return status.position

    async def _status(self) -> ptz.Status:
        return ptz.read_status(await self._ask(ptz.status(self.profile)))
