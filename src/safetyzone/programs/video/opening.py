"""How a camera is opened: its address checked and resolved once, through the relay, demuxed by FFmpeg and not decoded."""

import base64
import binascii
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import av

from safetyzone.contracts.video import Pull
from safetyzone.kernel import sealed
from safetyzone.kernel.settings import Settings
from safetyzone.programs.probe import relay
from safetyzone.senses.cameras.addresses import Checked, Network, checked, networks

OPEN_S, READ_S = 5.0, 5.0
QUICK = {"analyzeduration": "0", "probesize": "32"}
"""Opens in 0.08 s where FFmpeg's own habit of watching first takes one to three; the camera's description names its codec."""
PATIENT = {"analyzeduration": "3000000", "probesize": "500000"}
"""For a camera whose description leaves out what a decoder needs: it is in the stream."""


@dataclass(frozen=True)
class Door:
    """What may be opened from this machine."""

    allowed: tuple[Network, ...]
    own_ports: frozenset[int]
    pretend_port: int = 0

    @classmethod
    def of(cls, of: Settings) -> "Door":
        """The door that a station's settings describe."""
        own = (of.web_port, of.intake_port, of.nats_port, of.mqtt_port, of.mqtt_tls_port, of.video_port, 5432)
        return cls(networks(of.camera_networks), frozenset(own), of.pretend_cameras_port)

    def check(self, address: str) -> Checked:
        """Raises AddressRefused."""
        return checked(address, allowed=self.allowed, own_ports=self.own_ports, resolve=resolve, pretend_port=self.pretend_port)


def resolve(name: str) -> list[str]:
    """All numbers of a name; none where it is unknown."""
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


def credential(pull: Pull) -> tuple[str, str]:
    """User and password of a camera, empty where it has none or what is sealed does not open."""
    try:
        said = sealed.unseal(base64.b64decode(pull.credential), purpose="camera-credential", subject=pull.code)
    except (sealed.Broken, binascii.Error):
        return "", ""
    user, _, password = said.partition(":")
    return user, password


def open_stream(door: Door, pull: Pull, *, patient: bool = False) -> Any:
    """The open container of a camera. Raises AddressRefused, OSError, or what FFmpeg finds wrong (``av.FFmpegError``)."""
    place = door.check(pull.address)
    user, password = credential(pull)
    port = relay.begin(place.number, place.port, tls=place.scheme == "rtsps")
    who = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    options = {
        "rtsp_transport": "tcp", "allowed_media_types": "video", "protocol_whitelist": "rtp,tcp,rtsp", "max_delay": "500000",
        **(PATIENT if patient else QUICK),
    }  # fmt: skip
    return av.open(f"rtsp://{who}127.0.0.1:{port}{place.path}", format="rtsp", options=options, timeout=(OPEN_S, READ_S))
