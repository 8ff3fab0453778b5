"""WS-Discovery (OASIS, April 2005, as ONVIF uses it): the question "who is a camera here?", and what the answers mean."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from safetyzone.senses.cameras.addresses import Network
from safetyzone.senses.cameras.finding import soap, xml

GROUP, PORT = "239.255.255.250", 3702
MOST_ASKED = 1024
"""Numbers of one network that are asked one by one: a /22."""
LONGEST_PATH = 200
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_TO = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
_NETWORK = "http://www.onvif.org/ver10/network/wsdl"


@dataclass(frozen=True, slots=True)
class Device:
    """A device that says it is a camera. ``port`` 0: it speaks no ONVIF, and only its streams may be tried."""

    number: str
    port: int
    path: str = "/onvif/device_service"
    tls: bool = False
    name: str = ""
    hardware: str = ""


def question(message_id: str) -> bytes:
    """The Probe for video transmitters; ``message_id`` is a UUID, which answers repeat."""
    header = (
        f'<a:MessageID xmlns:a="{_ADDRESSING}">urn:uuid:{message_id}</a:MessageID>'
        f'<a:To xmlns:a="{_ADDRESSING}" s:mustUnderstand="true">{_TO}</a:To>'
        f'<a:Action xmlns:a="{_ADDRESSING}" s:mustUnderstand="true">{_DISCOVERY}/Probe</a:Action>'
    )
    types = f'<d:Types xmlns:n="{_NETWORK}">n:NetworkVideoTransmitter</d:Types>'
    return soap.envelope(f'<d:Probe xmlns:d="{_DISCOVERY}">{types}</d:Probe>', header=header)


def read_answer(data: bytes, *, sender: str, message_id: str) -> Device | None:
    """The device that answered, at the number from which its answer came; None for an answer to another question, or for none at all.

    Raises:
        BadXml: whatever it is, it is no answer.
    """
    root = xml.read(data)
    if message_id not in xml.text(root, "Header/RelatesTo"):
        return None
    match = root.find(".//{*}ProbeMatch")
    if match is None:
        return None
    scopes = [unquote(scope) for scope in xml.text(match, "Scopes").split()]
    port, path, tls = _door(xml.text(match, "XAddrs").split(), sender)
    return Device(sender, port, path, tls, name=_scope(scopes, "name"), hardware=_scope(scopes, "hardware"))


def _scope(scopes: Iterable[str], kind: str) -> str:
    beginning = f"onvif://www.onvif.org/{kind}/"
    return next((xml.words(scope[len(beginning) :]) for scope in scopes if scope.lower().startswith(beginning)), "")


def _door(urls: Sequence[str], sender: str) -> tuple[int, str, bool]:
    """Port and path of the service. The host in it is not followed: it is the sender's, or it is nobody's business of ours."""
    doors = [door for url in urls[:8] if (door := door_of(url)) is not None]
    own = [door for door in doors if door[0] == sender]
    _, port, path, tls = (own or doors or [("", 80, "/onvif/device_service", False)])[0]
    return port, path, tls


def door_of(url: str) -> tuple[str, int, str, bool] | None:
    """(host, port, path with query, TLS) of an http or https URL; None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or len(path) > LONGEST_PATH or not path.isascii():
        return None
    return parts.hostname, port or (443 if parts.scheme == "https" else 80), path, parts.scheme == "https"


def all_to_ask(allowed: Sequence[Network]) -> list[str]:
    """The numbers that are asked one by one where multicast does not reach: small networks whole, ``MOST_ASKED`` numbers in all."""
    numbers: list[str] = []
    for network in sorted(allowed, key=lambda one: one.num_addresses):
        if network.version == 4 and len(numbers) + network.num_addresses <= MOST_ASKED:  # noqa: PLR2004 - IPv4
            numbers += [str(number) for number in network.hosts()]
    return numbers


def to_ask(network: str, allowed: Sequence[Network]) -> list[str]:
    """The numbers of a small network, or the one number, that was typed.

    Raises:
        ValueError: it is none, too large, or not wholly inside an allowed network.
    """
    meant = ipaddress.ip_network(network.strip(), strict=False)
    if meant.num_addresses > MOST_ASKED:
        raise ValueError("too large")
    if not any(one.version == meant.version and meant.subnet_of(one) for one in allowed):  # type: ignore[arg-type]
        raise ValueError("outside")
    return [str(number) for number in meant.hosts()] or [str(meant.network_address)]
