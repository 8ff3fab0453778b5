"""What is asked of a camera's motors by ONVIF, and what its answers mean (PTZ Service Specification, with profiles of Media and Media2).

Pan grows clockwise seen from above, tilt grows upwards; in which measure is said by the URI of a space.
"""

import math
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from safetyzone.senses.cameras.finding import xml
from safetyzone.senses.cameras.finding.discovery import door_of
from safetyzone.senses.cameras.finding.onvif import DEVICE, MEDIA, MEDIA2, SCHEMA

PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
_SPACES = "http://www.onvif.org/ver10/tptz"
DEGREES = frozenset({f"{_SPACES}/PanTiltSpaces/SphericalPositionSpaceDegrees", f"{_SPACES}/PanTiltSpaces/SphericalPositionSpace"})
"""Makers write either."""
GENERIC = f"{_SPACES}/PanTiltSpaces/PositionGenericSpace"
GENERIC_ZOOM = f"{_SPACES}/ZoomSpaces/PositionGenericSpace"
MILLIMETRES = f"{_SPACES}/ZoomSpaces/PositionSpaceMillimeter"
MOST_PRESETS = 256
CAPABILITIES = f'<GetCapabilities xmlns="{DEVICE}"><Category>All</Category></GetCapabilities>'
"""For devices older than GetServices."""
Door = tuple[int, str, bool]


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the greatest number that a camera takes."""

    least: float
    most: float

    def share(self, value: float) -> float:
        """Where in the span a number lies: 0 at its beginning, 1 at its end."""
        return (value - self.least) / (self.most - self.least)

    def at(self, share: float) -> float:
        """The number at a share."""
        return self.least + share * (self.most - self.least)

    def holds(self, value: float) -> bool:
        """Whether a camera takes this number."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Space:
    """One measure in which positions are said: pan and tilt, or, with one span, zoom."""

    uri: str
    pan: Span
    tilt: Span | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the motors stand. None: not said."""

    pan: float | None = None
    tilt: float | None = None
    space: str = ""
    """Of pan and tilt; empty: the camera's usual one."""
    zoom: float | None = None
    zoom_space: str = ""

    @property
    def is_known(self) -> bool:
        """Whether one can go back to it."""
        return self.pan is not None and self.tilt is not None

    def as_facts(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {name: getattr(self, name) for name in ("pan", "tilt", "space", "zoom", "zoom_space")}


@dataclass(frozen=True, slots=True)
class Status:
    """Position, and whether somebody or something is moving it now."""

    position: Position
    moving: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """A position that the camera keeps under a name."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Node:
    """What the motors can do."""

    pan_tilt: tuple[Space, ...] = ()
    zoom: tuple[Space, ...] = ()
    home: bool = False


def read_doors(body: Element) -> dict[str, Door]:
    """Port, path and TLS of the services that matter here, by namespace, from GetServices."""
    found = {}
    for service in body.findall("{*}Service"):
        name, door = xml.text(service, "Namespace"), door_of(xml.text(service, "XAddr"))
        if name in {MEDIA, MEDIA2, PTZ} and door is not None:
            found[name] = door[1:]
    return found


def read_old_doors(body: Element) -> dict[str, Door]:
    """The same, from GetCapabilities."""
    doors = {MEDIA: door_of(xml.text(body, "Capabilities/Media/XAddr")), PTZ: door_of(xml.text(body, "Capabilities/PTZ/XAddr"))}
    return {name: door[1:] for name, door in doors.items() if door is not None}


def profiles(service: str) -> str:
    """The question for all profiles with their motors."""
    return f'<GetProfiles xmlns="{service}">{"<Type>PTZ</Type>" if service == MEDIA2 else ""}</GetProfiles>'


def read_profile(body: Element) -> tuple[str, str] | None:
    """The tokens of the first profile with motors and of their node; None: nothing here turns."""
    for profile in body.findall("{*}Profiles"):
        motors = profile.find("{*}PTZConfiguration")
        if motors is None:
            motors = profile.find("{*}Configurations/{*}PTZ")
        token, node = profile.get("token", ""), xml.text(motors, "NodeToken")
        if motors is not None and token and node:
            return token[:64], node[:64]
    return None


def node(token: str) -> str:
    """The question what the motors can do."""
    return f'<GetNode xmlns="{PTZ}"><NodeToken>{escape(token)}</NodeToken></GetNode>'


def read_node(body: Element) -> Node:
    """Spaces of absolute positions, and whether there is a home."""
    spaces = body.find("{*}PTZNode/{*}SupportedPTZSpaces")
    said = [(name, each) for name in ("AbsolutePanTiltPositionSpace", "AbsoluteZoomPositionSpace") for each in _all(spaces, name)]
    found = [(name, space) for name, each in said if (space := _space(each)) is not None]
    return Node(
        pan_tilt=tuple(space for name, space in found if name.startswith("AbsolutePan") and space.tilt is not None),
        zoom=tuple(space for name, space in found if name.startswith("AbsoluteZoom")),
        home=xml.text(body, "PTZNode/HomeSupported").lower() in {"true", "1"},
    )


def _all(element: Element | None, name: str) -> list[Element]:
    return element.findall(f"{{*}}{name}") if element is not None else []


def _space(said: Element) -> Space | None:
    pan, tilt = _span(said.find("{*}XRange")), _span(said.find("{*}YRange"))
    return Space(xml.text(said, "URI"), pan, tilt) if pan is not None else None


def _span(said: Element | None) -> Span | None:
    least, most = number(xml.text(said, "Min")), number(xml.text(said, "Max"))
    return Span(least, most) if least is not None and most is not None and least < most else None


def number(said: str | None) -> float | None:
    """A number that a camera may mean; None: none, or one without an end."""
    try:
        value = float(said or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def status(profile: str) -> str:
    """The question where the motors stand."""
    return _of("GetStatus", profile)


def read_status(body: Element) -> Status:
    """Where they stand, and whether they move."""
    position = body.find("{*}PTZStatus/{*}Position")
    moves = [xml.text(body, f"PTZStatus/MoveStatus/{part}") for part in ("PanTilt", "Zoom")]
    pan_tilt = position.find("{*}PanTilt") if position is not None else None
    zoom = position.find("{*}Zoom") if position is not None else None
    return Status(
        Position(
            number(pan_tilt.get("x")) if pan_tilt is not None else None, number(pan_tilt.get("y")) if pan_tilt is not None else None,
            pan_tilt.get("space", "") if pan_tilt is not None else "",
            number(zoom.get("x")) if zoom is not None else None, zoom.get("space", "") if zoom is not None else "",
        ),
        any(said.upper() == "MOVING" for said in moves),
    )  # fmt: skip


def presets(profile: str) -> str:
    """The question for the positions that it keeps."""
    return _of("GetPresets", profile)


def read_presets(body: Element) -> list[Preset]:
    """Those with a name."""
    said = [(each.get("token", "")[:64], xml.words(xml.text(each, "Name"))) for each in body.findall("{*}Preset")[:MOST_PRESETS]]
    return [Preset(token, name) for token, name in said if token and name]


def absolute_move(profile: str, to: Position) -> str:
    """The order to turn there."""
    space, zoom_space = (f' space="{escape(uri)}"' if uri else "" for uri in (to.space, to.zoom_space))
    inner = f'<PanTilt xmlns="{SCHEMA}" x="{to.pan:.6f}" y="{to.tilt:.6f}"{space}/>'
    if to.zoom is not None:
        inner += f'<Zoom xmlns="{SCHEMA}" x="{to.zoom:.6f}"{zoom_space}/>'
    return _of("AbsoluteMove", profile, f"<Position>{inner}</Position>")


def goto_preset(profile: str, preset: str) -> str:
    """The order to turn to a position that it keeps."""
    return _of("GotoPreset", profile, f"<PresetToken>{escape(preset)}</PresetToken>")


def goto_home(profile: str) -> str:
    """The order to go home."""
    return _of("GotoHomePosition", profile)


def _of(name: str, profile: str, inner: str = "") -> str:
    return f'<{name} xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken>{inner}</{name}>'
