"""What is asked of a camera by ONVIF, and what its answers mean: time, maker, profiles, addresses of streams (Device, Media and Media2)."""

import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from safetyzone.senses.cameras.finding import xml
from safetyzone.senses.cameras.finding.discovery import door_of

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
MOST_PROFILES = 16
_CODECS = {"h264": "h264", "h265": "hevc", "hevc": "hevc", "jpeg": "mjpeg", "mjpeg": "mjpeg", "mpeg4": "mpeg4", "mpv4-es": "mpeg4"}

TIME = f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'
INFORMATION = f'<GetDeviceInformation xmlns="{DEVICE}"/>'
SERVICES = f'<GetServices xmlns="{DEVICE}"><IncludeCapability>false</IncludeCapability></GetServices>'
CAPABILITIES = f'<GetCapabilities xmlns="{DEVICE}"><Category>Media</Category></GetCapabilities>'
"""For devices older than GetServices."""


@dataclass(frozen=True, slots=True)
class Information:
    """As the maker wrote it."""

    maker: str
    model: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream that the camera offers. ``gov``: frames from one key frame to the next, 0 where it does not say."""

    token: str
    name: str
    codec: str
    width: int
    height: int
    fps: float
    gov: int
    path: str = ""
    port: int = 554
    tls: bool = False
    elsewhere: bool = False
    """It named another host for this stream, which is not opened; its own number is tried in its place."""
    encoder: Element | None = field(default=None, repr=False, compare=False)
    """Its settings as the camera wrote them, to be sent back with one number changed."""

    @property
    def key_every_s(self) -> float | None:
        """Seconds between key frames, as it is set; None where it does not say."""
        return self.gov / self.fps if self.gov and self.fps else None


def read_time(body: Element) -> datetime | None:
    """The device's clock; None where it shows none."""
    utc = body.find(".//{*}UTCDateTime")
    date = [xml.whole(utc, f"Date/{part}") for part in ("Year", "Month", "Day")]
    time = [xml.whole(utc, f"Time/{part}") for part in ("Hour", "Minute", "Second")]
    try:
        return datetime(date[0], date[1], date[2], time[0], time[1], min(time[2], 59), tzinfo=UTC)
    except ValueError:
        return None


def read_information(body: Element) -> Information:
    """Maker, model, firmware."""
    return Information(*(xml.words(xml.text(body, name)) for name in ("Manufacturer", "Model", "FirmwareVersion")))


def read_services(body: Element) -> dict[str, tuple[int, str, bool]]:
    """Port, path and TLS of the media services, by namespace."""
    found = {}
    for service in body.findall("{*}Service"):
        name, door = xml.text(service, "Namespace"), door_of(xml.text(service, "XAddr"))
        if name in {MEDIA, MEDIA2} and door is not None:
            found[name] = door[1:]
    return found


def read_capabilities(body: Element) -> dict[str, tuple[int, str, bool]]:
    """The same, from an older device."""
    door = door_of(xml.text(body, "Capabilities/Media/XAddr"))
    return {MEDIA: door[1:]} if door else {}


def profiles(service: str) -> str:
    """The question for all profiles."""
    inner = "<Type>VideoEncoder</Type>" if service == MEDIA2 else ""
    return f'<GetProfiles xmlns="{service}">{inner}</GetProfiles>'


def read_profiles(body: Element) -> list[Profile]:
    """Profiles with a video encoder, of either service."""
    found = []
    for profile in body.findall("{*}Profiles")[:MOST_PROFILES]:
        encoder = profile.find("{*}VideoEncoderConfiguration")
        if encoder is None:
            encoder = profile.find("{*}Configurations/{*}VideoEncoder")
        if encoder is not None and profile.get("token"):
            found.append(_profile(profile, encoder))
    return found


def _profile(profile: Element, encoder: Element) -> Profile:
    encoding = xml.text(encoder, "Encoding").lower()
    gov = encoder.get("GovLength", "")
    try:
        fps = float(xml.text(encoder, "RateControl/FrameRateLimit", "0"))
    except ValueError:
        fps = 0.0
    return Profile(
        token=profile.get("token", "")[:64],
        name=xml.words(xml.text(profile, "Name")),
        codec=_CODECS.get(encoding, xml.words(encoding)),
        width=xml.whole(encoder, "Resolution/Width"),
        height=xml.whole(encoder, "Resolution/Height"),
        fps=fps if 0 < fps < 1000 else 0.0,  # noqa: PLR2004 - no camera has more
        gov=int(gov) if gov.isascii() and gov.isdigit() and len(gov) < 6 else _gov(encoder),  # noqa: PLR2004 - digits
        encoder=encoder,
    )


def _gov(encoder: Element) -> int:
    return xml.whole(encoder, "H264/GovLength") or xml.whole(encoder, "MPEG4/GovLength")


def stream_uri(service: str, token: str) -> str:
    """The question for the address of one profile's stream."""
    token = escape(token)
    if service == MEDIA2:
        return f'<GetStreamUri xmlns="{service}"><Protocol>RTSP</Protocol><ProfileToken>{token}</ProfileToken></GetStreamUri>'
    setup = (
        f'<StreamSetup><Stream xmlns="{SCHEMA}">RTP-Unicast</Stream>'
        f'<Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
    )
    return f'<GetStreamUri xmlns="{service}">{setup}<ProfileToken>{token}</ProfileToken></GetStreamUri>'


def set_key_frames(service: str, encoder: Element, every: int) -> str | None:
    """The order to send a key frame every so many frames; all else stays as the camera wrote it. None: its codec has no such setting."""
    order = Element(f"{{{service}}}SetVideoEncoderConfiguration")
    changed = copy.deepcopy(encoder)
    changed.tag = f"{{{service}}}Configuration"
    order.append(changed)
    if service == MEDIA2:
        changed.set("GovLength", str(every))
    else:
        gov = next((found for name in ("H264", "MPEG4") if (found := changed.find(f"{{*}}{name}/{{*}}GovLength")) is not None), None)
        if gov is None:
            return None
        gov.text = str(every)
        SubElement(order, f"{{{service}}}ForcePersistence").text = "true"
    return tostring(order, encoding="unicode")


def with_address(profile: Profile, body: Element, *, number: str) -> Profile | None:
    """The profile with port and path of its stream, to be opened at the device's own ``number``. None: no RTSP address."""
    said = xml.text(body, "Uri") or xml.text(body, "MediaUri/Uri")
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"rtsp", "rtsps"} or not parts.hostname or port == 0:
        return None
    tls = parts.scheme == "rtsps"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return replace(profile, path=path, port=port or (322 if tls else 554), tls=tls, elsewhere=parts.hostname != number)
