"""Asking a network "who is a camera here?" by WS-Discovery: once to all by multicast, or one number after another."""

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import uuid4

from safetyzone.senses.cameras.addresses import Network, may_be_a_camera
from safetyzone.senses.cameras.finding import discovery
from safetyzone.senses.cameras.finding.discovery import GROUP, PORT, Device
from safetyzone.senses.cameras.finding.xml import BadXml

LISTEN_S = 3.0
MOST_DEVICES = 500
A_SECOND = 500
"""Questions to single numbers: a /22 is asked in two seconds, and no switch notices."""


class _Ears(asyncio.DatagramProtocol):
    """Keeps one answer a device, of those that may be cameras at all."""

    def __init__(self, message_id: str, allowed: Sequence[Network], own_ports: Collection[int]) -> None:
        self.message_id, self.allowed, self.own_ports = message_id, allowed, own_ports
        self.found: dict[str, Device] = {}

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        number = addr[0]
        if number in self.found or len(self.found) >= MOST_DEVICES or not may_be_a_camera(ipaddress.ip_address(number), self.allowed):
            return
        with suppress(BadXml):
            device = discovery.read_answer(data, sender=number, message_id=self.message_id)
            if device is not None and device.port not in self.own_ports:
                self.found[number] = device


async def devices(
    network: str, *, allowed: Sequence[Network], own_ports: Collection[int] = (), listen_s: float = LISTEN_S, port: int = PORT
) -> list[Device]:
    """Those that answer within some seconds, by number. ``network`` empty: whoever hears the multicast, and all of small networks.

    A single number that does not answer is returned with port 0: it may still have streams.

    Raises:
        ValueError: no network, too large a one, or one outside those allowed.
    """
    asked = discovery.to_ask(network, allowed) if network else discovery.all_to_ask(allowed)
    numbers = [n for n in asked if may_be_a_camera(ipaddress.ip_address(n), allowed)]
    if network and not numbers:
        raise ValueError("outside")
    found = await _ask(numbers, _Ears(str(uuid4()), allowed, own_ports), listen_s, port, to_all=not network)
    if network and len(numbers) == 1 and not found:
        return [Device(numbers[0], 0, "")]
    return sorted(found.values(), key=lambda device: ipaddress.ip_address(device.number).packed)


async def _ask(numbers: list[str], ears: _Ears, listen_s: float, port: int, *, to_all: bool) -> dict[str, Device]:
    family = socket.AF_INET6 if any(":" in number for number in numbers) else socket.AF_INET
    ear = socket.socket(family, socket.SOCK_DGRAM)
    ear.setblocking(False)
    ear.bind(("", 0))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: ears, sock=ear)
    try:
        question = discovery.question(ears.message_id)
        if to_all:
            _to_all(ear, question, port)
        for asked, number in enumerate(numbers, 1):
            transport.sendto(question, (number, port))
            if asked % (A_SECOND // 10) == 0:
                await asyncio.sleep(0.1)
        until = asyncio.get_running_loop().time() + listen_s
        while asyncio.get_running_loop().time() < until and not (len(numbers) == 1 and not to_all and ears.found):
            await asyncio.sleep(0.05)
    finally:
        transport.close()
    return ears.found


def _to_all(ear: socket.socket, question: bytes, port: int) -> None:
    """Out of every interface, and no farther than the network it stands in."""
    ear.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    for index, _ in socket.if_nameindex():
        with suppress(OSError):  # an interface that is down, or has no multicast
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", bytes(4), bytes(4), index))
            ear.sendto(question, (GROUP, port))
