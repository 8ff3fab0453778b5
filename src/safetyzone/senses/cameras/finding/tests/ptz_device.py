"""The little ONVIF device with motors: PTZ service, node, presets, home, and a head that takes its time. From the specifications."""

import time
from dataclasses import dataclass, field
from xml.etree import ElementTree

from safetyzone.senses.cameras.finding.tests.device import TDS, TR2, TRT, TT, Device

TPTZ = "http://www.onvif.org/ver20/ptz/wsdl"
DEGREES = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees"
GENERIC = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
ZOOM = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"


@dataclass
class PtzDevice(Device):
    """``pan``, ``tilt``: where the head stands, in degrees of its own. It tells them as shares of its way unless ``tells_degrees``."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0
    pans: tuple[float, float] = (-180.0, 180.0)
    tilts: tuple[float, float] = (-90.0, 20.0)
    speaks_degrees: bool = True
    tells_degrees: bool = False
    tells_position: bool = True
    has_home: bool = False
    home: tuple[float, float] = (0.0, 0.0)
    presets: dict[str, tuple[float, float]] = field(default_factory=dict)
    old: bool = False
    """It knows no GetServices."""
    motors: bool = True
    takes_s: float = 0.2
    moved: list[tuple[str, float, float]] = field(default_factory=list)
    """Each order that it followed, with where it led."""
    stuck: bool = False
    """It says yes and stays."""
    moving_until: float = 0.0

    def answer(self, asked: ElementTree.Element, name: str) -> str:
        door = f"http://{self.number}:{self.port}"
        if name == "GetServices":
            if self.old:
                raise LookupError(name)
            spaces = {self.media: "media"} | ({TPTZ: "ptz"} if self.motors else {})
            services = "".join(
                f"<d:Service><d:Namespace>{space}</d:Namespace><d:XAddr>{door}/onvif/{path}</d:XAddr></d:Service>"
                for space, path in spaces.items()
            )
            return f'<d:GetServicesResponse xmlns:d="{TDS}">{services}</d:GetServicesResponse>'
        if name == "GetCapabilities":
            names = ["Media", "PTZ"] if self.motors else ["Media"]
            doors = "".join(f"<t:{what}><t:XAddr>{door}/onvif/{what.lower()}</t:XAddr></t:{what}>" for what in names)
            return (
                f'<d:GetCapabilitiesResponse xmlns:d="{TDS}" xmlns:t="{TT}"><d:Capabilities>{doors}</d:Capabilities>'
                "</d:GetCapabilitiesResponse>"
            )
        if name == "GetProfiles":
            return self.profiles()
        if asked.tag.startswith(f"{{{TPTZ}}}"):
            inner = self.turning(asked, name)
            return f'<p:{name}Response xmlns:p="{TPTZ}" xmlns:t="{TT}">{inner}</p:{name}Response>'
        return super().answer(asked, name)

    def profiles(self) -> str:
        motors = "<t:Name>M</t:Name><t:UseCount>1</t:UseCount><t:NodeToken>node-1</t:NodeToken>"
        if self.media2:
            inner = f'<m:Configurations><m:PTZ token="c-1">{motors}</m:PTZ></m:Configurations>'
        else:
            inner = f'<t:PTZConfiguration token="c-1">{motors}</t:PTZConfiguration>'
        name = "m" if self.media2 else "t"
        profile = f'<m:Profiles token="main" fixed="true"><{name}:Name>main</{name}:Name>{inner}</m:Profiles>'
        return f'<m:GetProfilesResponse xmlns:m="{TR2 if self.media2 else TRT}" xmlns:t="{TT}">{profile}</m:GetProfilesResponse>'

    def turning(self, asked: ElementTree.Element, name: str) -> str:
        """The PTZ service."""
        if name == "GetNode":
            assert asked.findtext(f"{{{TPTZ}}}NodeToken") == "node-1"
            return self.node()
        assert asked.findtext(f"{{{TPTZ}}}ProfileToken") == "main"
        if name == "GetStatus":
            return self.status()
        if name == "GetPresets":
            return "".join(f'<p:Preset token="t-{preset}"><t:Name>{preset}</t:Name></p:Preset>' for preset in self.presets)
        if name == "GotoPreset":
            self.go(name, *self.presets[asked.findtext(f"{{{TPTZ}}}PresetToken", "").removeprefix("t-")])
        elif name == "GotoHomePosition" and self.has_home:
            self.go(name, *self.home)
        elif name == "AbsoluteMove":
            self.go(name, *self.absolute(asked))
        else:
            raise LookupError(name)
        return ""

    def absolute(self, asked: ElementTree.Element) -> tuple[float, float]:
        """In either space; out of range is a fault, as the specification wants it."""
        said = asked.find(f"{{{TPTZ}}}Position/{{{TT}}}PanTilt")
        assert said is not None
        pan, tilt, space = float(said.attrib["x"]), float(said.attrib["y"]), said.get("space", GENERIC)
        if space == GENERIC:
            pan, tilt = _way(self.pans, (pan + 1) / 2), _way(self.tilts, (tilt + 1) / 2)
        elif not self.speaks_degrees or space != DEGREES:
            raise LookupError("SpaceNotSupported")
        if not (self.pans[0] - 1e-3 <= pan <= self.pans[1] + 1e-3 and self.tilts[0] - 1e-3 <= tilt <= self.tilts[1] + 1e-3):
            raise LookupError("InvalidPosition")
        zoom = asked.find(f"{{{TPTZ}}}Position/{{{TT}}}Zoom")
        if zoom is not None:
            self.zoom = float(zoom.attrib["x"])
        return pan, tilt

    def go(self, order: str, pan: float, tilt: float) -> None:
        self.moved.append((order, pan, tilt))
        if not self.stuck:
            self.pan, self.tilt, self.moving_until = pan, tilt, time.monotonic() + self.takes_s

    def status(self) -> str:
        moves = "MOVING" if time.monotonic() < self.moving_until else "IDLE"
        if self.tells_degrees:
            x, y, space = self.pan, self.tilt, DEGREES
        else:
            x, y, space = _share(self.pans, self.pan) * 2 - 1, _share(self.tilts, self.tilt) * 2 - 1, GENERIC
        place = f'<t:PanTilt x="{x}" y="{y}" space="{space}"/><t:Zoom x="{self.zoom}" space="{ZOOM}"/>'
        position = f"<t:Position>{place}</t:Position>" if self.tells_position else ""
        return (
            f"<p:PTZStatus>{position}<t:MoveStatus><t:PanTilt>{moves}</t:PanTilt><t:Zoom>IDLE</t:Zoom></t:MoveStatus>"
            f"<t:UtcTime>{self.clock().isoformat()}</t:UtcTime></p:PTZStatus>"
        )

    def node(self) -> str:
        spaces = _space(GENERIC, (-1.0, 1.0), (-1.0, 1.0)) + (_space(DEGREES, self.pans, self.tilts) if self.speaks_degrees else "")
        zoom = f"<t:AbsoluteZoomPositionSpace><t:URI>{ZOOM}</t:URI>{_range('X', (0.0, 1.0))}</t:AbsoluteZoomPositionSpace>"
        return (
            f'<p:PTZNode token="node-1" FixedHomePosition="false"><t:Name>N</t:Name><t:SupportedPTZSpaces>{spaces}{zoom}'
            f"</t:SupportedPTZSpaces><t:MaximumNumberOfPresets>255</t:MaximumNumberOfPresets>"
            f"<t:HomeSupported>{str(self.has_home).lower()}</t:HomeSupported></p:PTZNode>"
        )


def _space(uri: str, x: tuple[float, float], y: tuple[float, float]) -> str:
    name = "AbsolutePanTiltPositionSpace"
    return f"<t:{name}><t:URI>{uri}</t:URI>{_range('X', x)}{_range('Y', y)}</t:{name}>"


def _range(axis: str, span: tuple[float, float]) -> str:
    return f"<t:{axis}Range><t:Min>{span[0]}</t:Min><t:Max>{span[1]}</t:Max></t:{axis}Range>"


def _way(span: tuple[float, float], share: float) -> float:
    return span[0] + share * (span[1] - span[0])


def _share(span: tuple[float, float], value: float) -> float:
    return (value - span[0]) / (span[1] - span[0])
