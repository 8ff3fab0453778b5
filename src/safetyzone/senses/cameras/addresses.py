"""Which camera addresses may be opened. A register is a list of addresses that a stranger may have written.

An address is parsed once, resolved once, every answer is checked, and the connection goes to the literal that was checked: a name that
answers differently the second time is never asked a second time. Pure: the resolver is handed in.
"""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from safetyzone.kernel.refusals import Refused

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]
"""A name to its numbers; none where it is unknown."""

PORTS = {"rtsp": 554, "rtsps": 322}
LONGEST, LONGEST_NAME = 200, 253
_PLAIN = re.compile(r"[!-~]+")
"""Visible ASCII only: a letter of another width turns into a digit or a dot further on."""
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)")
_THIS_MACHINE = ipaddress.IPv4Network("0.0.0.0/8")
"""Linux takes it for loopback."""
_PRETEND = ipaddress.IPv4Address("127.0.0.1")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_METADATA = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")))
"""Where clouds keep the keys of a machine; one of them lies inside fc00::/7."""


class AddressRefused(Refused):
    """This address is not opened."""

    code = "address_refused"


class NotACameraAddress(AddressRefused):
    """The text is no rtsp:// address that we would open."""

    code = "not_a_camera_address"
    th = "ที่อยู่กล้องใช้ไม่ได้: ต้องเป็น rtsp:// หรือ rtsps:// ที่ไม่มีชื่อผู้ใช้หรือรหัสผ่าน"
    en = "Not a usable camera address: it must be rtsp:// or rtsps:// with neither user nor password."


class AddressOutside(AddressRefused):
    """The address leads to a place where none of the station's cameras may stand."""

    code = "address_outside"
    th = "ที่อยู่กล้องอยู่นอกเครือข่ายกล้องของสถานี"
    en = "The camera's address is outside the station's camera networks."


class NameUnknown(AddressRefused):
    """The name in the address does not resolve now."""

    code = "name_unknown"
    th = "ไม่พบชื่อเครื่องของกล้อง"
    en = "The camera's host name is not known."


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address. ``path`` begins with / and holds the query."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Where to connect: a literal address, never a name."""

    scheme: str
    number: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address again, with the literal in place of the name."""
        host = f"[{self.number}]" if ":" in self.number else self.number
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse(address: str) -> Address:
    """The parts of an rtsp(s) address.

    Raises:
        NotACameraAddress: anything doubtful; nothing is repaired.
    """
    if len(address) > LONGEST or not _PLAIN.fullmatch(address) or "\\" in address or "#" in address:
        raise NotACameraAddress
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotACameraAddress from None
    if parts.scheme not in PORTS or not address.lower().startswith(f"{parts.scheme}://") or "@" in parts.netloc or "%" in parts.netloc:
        raise NotACameraAddress
    if port == 0 or parts.netloc.endswith(":") or not _NETLOC.fullmatch(parts.netloc):
        raise NotACameraAddress
    host = _host(parts.hostname or "", bracketed=parts.netloc.startswith("["))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port or PORTS[parts.scheme], path)


def hosts(*addresses: str) -> set[str]:
    """The machines that these addresses lead to; an address that cannot be read leads to none."""
    found = set()
    for address in addresses:
        with suppress(NotACameraAddress):
            found.add(parse(address).host.lower())
    return found


def _host(host: str, *, bracketed: bool) -> str:
    """A canonical literal or a plain name. ``127.1``, ``2130706433`` and ``0x7f.1`` are neither."""
    if bracketed or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        try:
            found = ipaddress.ip_address(host)
        except ValueError:
            raise NotACameraAddress from None
        if bracketed != isinstance(found, ipaddress.IPv6Address):
            raise NotACameraAddress
        return str(found)
    if len(host) > LONGEST_NAME or not _NAME.fullmatch(host):
        raise NotACameraAddress
    return host


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """The networks of the setting; raises ValueError with the one that is none."""
    return tuple(ipaddress.ip_network(one) for one in written)


def checked(
    address: str, *, allowed: Sequence[Network], own_ports: Collection[int], resolve: Resolve, pretend_port: int = 0
) -> Checked:  # fmt: skip
    """Parse, resolve once, check every answer.

    ``allowed`` are the networks where cameras stand; loopback only when one of them lies wholly inside it. ``own_ports`` are those of the
    station's own services, which no camera may have. ``pretend_port`` is where a demo's pretend cameras are on this machine; 0: nowhere.

    Raises:
        AddressRefused: NotACameraAddress, AddressOutside or NameUnknown.
    """
    parsed = parse(address)
    if parsed.port in own_ports:
        raise AddressOutside
    try:
        answers: Sequence[str] = [str(ipaddress.ip_address(parsed.host))]
    except ValueError:
        answers = list(resolve(parsed.host))
    if not answers:
        raise NameUnknown
    try:
        ips = [ipaddress.ip_address(answer) for answer in answers]
    except ValueError:
        raise AddressOutside from None
    pretend = parsed.port == pretend_port and ips == [_PRETEND]
    if not pretend and not all(may_be_a_camera(ip, allowed) for ip in ips):  # one bad answer among good ones: the name is not to be trusted
        raise AddressOutside
    return Checked(parsed.scheme, str(ips[0]), parsed.port, parsed.path)


def may_be_a_camera(ip: Ip, allowed: Sequence[Network]) -> bool:
    """Whether this literal address may be opened at all."""
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64):
        return False  # IPv4 in a disguise: whoever means 10.0.0.5 can write it
    if ip in _METADATA or ip in _THIS_MACHINE or ip.is_unspecified or ip.is_multicast or ip.is_link_local:
        return False
    if ip.is_reserved and not ip.is_loopback:
        return False
    holding = [network for network in allowed if network.version == ip.version and ip in network]
    if ip.is_loopback:
        return any(network.is_loopback for network in holding)
    return bool(holding)
