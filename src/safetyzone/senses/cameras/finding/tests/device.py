"""A little ONVIF device for tests: true SOAP 1.2 over HTTP with UsernameToken digests, WS-Discovery over UDP, and all kinds of malice.

It is written from the specifications and shares no code with what is tested, but for nothing: an XML reader of the standard library.
"""

import base64
import hashlib
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

S = "http://www.w3.org/2003/05/soap-envelope"
TDS, TRT, TR2 = "http://www.onvif.org/ver10/device/wsdl", "http://www.onvif.org/ver10/media/wsdl", "http://www.onvif.org/ver20/media/wsdl"
TT = "http://www.onvif.org/ver10/schema"
FRESH_S = 5.0
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    f'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><s:Envelope xmlns:s="{S}"><s:Body>&d;</s:Body></s:Envelope>'
).encode()


@dataclass
class Encoder:
    """One encoder's settings; ``path`` is where its stream is now."""

    width: int
    height: int
    gov: int
    path: Callable[[int], str]
    fps: int = 10
    encoding: str = "H264"


@dataclass
class Device:
    """What it is, who may ask it, and how it misbehaves."""

    number: str
    rtsp_port: int
    user: str = "admin"
    password: str = "krung-thep-88"
    ahead: timedelta = timedelta(0)
    media2: bool = False
    locked: bool = False
    """It refuses to be set."""
    stream_host: str = ""
    malice: Callable[[BaseHTTPRequestHandler, str], bool] | None = None
    """Answers in its own way; True when it has."""
    encoders: dict[str, Encoder] = field(default_factory=dict)
    port: int = 0
    orders: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def authorised(self, envelope: ElementTree.Element) -> bool:
        """PasswordDigest = Base64(SHA-1(nonce + created + password)), and created no older than seconds by its own clock."""
        token = envelope.find(".//{*}UsernameToken")
        if token is None:
            return False
        said = {name: token.findtext(f"{{*}}{name}", "") for name in ("Username", "Password", "Nonce", "Created")}
        raw = base64.b64decode(said["Nonce"]) + said["Created"].encode() + self.password.encode()
        created = datetime.fromisoformat(said["Created"].replace("Z", "+00:00"))
        fresh = abs((self.clock() - created).total_seconds()) <= FRESH_S
        return fresh and said["Username"] == self.user and said["Password"] == _b64(hashlib.sha1(raw, usedforsecurity=False).digest())

    def answer(self, asked: ElementTree.Element, name: str) -> str:
        """The body of the answer to one question."""
        door = f"http://{self.number}:{self.port}"
        if name == "GetSystemDateAndTime":
            now = self.clock()
            return (
                f'<d:GetSystemDateAndTimeResponse xmlns:d="{TDS}" xmlns:t="{TT}"><d:SystemDateAndTime><t:UTCDateTime>'
                f"<t:Time><t:Hour>{now.hour}</t:Hour><t:Minute>{now.minute}</t:Minute><t:Second>{now.second}</t:Second></t:Time>"
                f"<t:Date><t:Year>{now.year}</t:Year><t:Month>{now.month}</t:Month><t:Day>{now.day}</t:Day></t:Date>"
                "</t:UTCDateTime></d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>"
            )
        if name == "GetDeviceInformation":
            return (
                f'<d:GetDeviceInformationResponse xmlns:d="{TDS}"><d:Manufacturer>ช้างเผือก</d:Manufacturer><d:Model>CP-4</d:Model>'
                "<d:FirmwareVersion>5.7.3</d:FirmwareVersion><d:SerialNumber>1</d:SerialNumber><d:HardwareId>1</d:HardwareId>"
                "</d:GetDeviceInformationResponse>"
            )
        if name == "GetServices":
            media = TR2 if self.media2 else TRT
            service = f"<d:Service><d:Namespace>{media}</d:Namespace><d:XAddr>{door}/onvif/media</d:XAddr></d:Service>"
            return f'<d:GetServicesResponse xmlns:d="{TDS}">{service}</d:GetServicesResponse>'
        if name == "GetProfiles":
            profiles = "".join(self.profile(token, encoder) for token, encoder in self.encoders.items())
            return f'<m:GetProfilesResponse xmlns:m="{self.media}" xmlns:t="{TT}">{profiles}</m:GetProfilesResponse>'
        if name == "GetStreamUri":
            encoder = self.encoders[asked.findtext(".//{*}ProfileToken", "")]
            uri = f"rtsp://{self.stream_host or f'{self.number}:{self.rtsp_port}'}{encoder.path(encoder.gov)}"
            inner = f"<m:Uri>{uri}</m:Uri>" if self.media2 else f"<m:MediaUri><t:Uri>{uri}</t:Uri></m:MediaUri>"
            return f'<m:GetStreamUriResponse xmlns:m="{self.media}" xmlns:t="{TT}">{inner}</m:GetStreamUriResponse>'
        if name == "SetVideoEncoderConfiguration" and not self.locked:
            return self.set(asked)
        raise LookupError(name)

    @property
    def media(self) -> str:
        return TR2 if self.media2 else TRT

    def profile(self, token: str, encoder: Encoder) -> str:
        size = f"<t:Resolution><t:Width>{encoder.width}</t:Width><t:Height>{encoder.height}</t:Height></t:Resolution>"
        rate = f"<t:RateControl><t:FrameRateLimit>{encoder.fps}</t:FrameRateLimit><t:BitrateLimit>512</t:BitrateLimit></t:RateControl>"
        head = f"<t:Name>E</t:Name><t:Encoding>{encoder.encoding}</t:Encoding>{size}<t:Quality>4</t:Quality>{rate}"
        if self.media2:
            inner = f'<m:VideoEncoder token="e-{token}" GovLength="{encoder.gov}">{head}</m:VideoEncoder>'
            inner = f"<m:Configurations>{inner}</m:Configurations>"
        else:
            gov = f"<t:H264><t:GovLength>{encoder.gov}</t:GovLength><t:H264Profile>Main</t:H264Profile></t:H264>"
            inner = f'<t:VideoEncoderConfiguration token="e-{token}">{head}{gov}</t:VideoEncoderConfiguration>'
        name = f"<{'m' if self.media2 else 't'}:Name>{token}</{'m' if self.media2 else 't'}:Name>"
        return f'<m:Profiles token="{token}" fixed="true">{name}{inner}</m:Profiles>'

    def set(self, asked: ElementTree.Element) -> str:
        """As the schema wants it: the whole configuration, with the number changed."""
        given = asked.find(f"{{{self.media}}}Configuration")
        assert given is not None
        kept = [given.findtext(f"{{{TT}}}{name}") for name in (f"Resolution/{{{TT}}}Width", "Encoding", "Quality", "Name")]
        assert all(kept), "all that it had is sent back"
        if not self.media2:
            assert asked.findtext(f"{{{TRT}}}ForcePersistence") == "true"
        gov = given.get("GovLength") if self.media2 else given.findtext(f"{{{TT}}}H264/{{{TT}}}GovLength")
        token = (given.get("token") or "").removeprefix("e-")
        self.encoders[token].gov = int(gov or 0)
        self.orders.append(f"{token}={gov}")
        return f'<m:SetVideoEncoderConfigurationResponse xmlns:m="{self.media}"/>'


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def envelope(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{S}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


def fault(code: str) -> bytes:
    inner = f"<s:Subcode><s:Value>ter:{code}</s:Value></s:Subcode>"
    reason = '<s:Reason><s:Text xml:lang="en">no</s:Text></s:Reason>'
    return envelope(f"<s:Fault><s:Code><s:Value>s:Sender</s:Value>{inner}</s:Code>{reason}</s:Fault>")


def _handler(device: Device) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            device.heard.append(data)
            asked = ElementTree.fromstring(data)  # noqa: S314 - our own test asks
            body = asked.find(f"{{{S}}}Body")
            assert body is not None
            name = body[0].tag.rpartition("}")[2]
            device.asked.append(name)
            if device.malice is not None and device.malice(self, name):
                return
            if name != "GetSystemDateAndTime" and not device.authorised(asked):
                self.reply(400, fault("NotAuthorized"))
                return
            try:
                self.reply(200, envelope(device.answer(body[0], name)))
            except LookupError:
                self.reply(500, fault("ActionNotSupported"))

        def reply(self, status: int, data: bytes, **headers: str) -> None:
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def match(device: Device, relates_to: str) -> bytes:
    """A ProbeMatch as ONVIF devices send it."""
    a, d = "http://schemas.xmlsoap.org/ws/2004/08/addressing", "http://schemas.xmlsoap.org/ws/2005/04/discovery"
    return (
        f'<s:Envelope xmlns:s="{S}" xmlns:a="{a}" xmlns:d="{d}"><s:Header><a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body>'
        "<d:ProbeMatches><d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/Chang%20Phueak onvif://www.onvif.org/hardware/CP-4</d:Scopes>"
        f"<d:XAddrs>http://192.0.2.9/onvif/device_service http://{device.number}:{device.port}/onvif/device_service</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


@contextmanager
def serving(device: Device, *, discovery_port: int = 0) -> Iterator[Device]:
    """The device at its number, until the test is over."""
    http = ThreadingHTTPServer((device.number, 0), _handler(device))
    http.daemon_threads = True
    device.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((device.number, discovery_port))
    over = threading.Event()

    def discovered() -> None:
        udp.settimeout(0.1)
        while not over.is_set():
            with suppress(OSError, ElementTree.ParseError):
                data, sender = udp.recvfrom(65_535)
                message_id = ElementTree.fromstring(data).findtext(".//{*}MessageID", "")  # noqa: S314 - our own test asks
                udp.sendto(match(device, message_id), sender)

    listener = threading.Thread(target=discovered, daemon=True)
    listener.start()
    try:
        yield device
    finally:
        over.set()
        listener.join()
        udp.close()
        http.shutdown()
        http.server_close()


def digest_only(device: Device) -> Callable[[BaseHTTPRequestHandler, str], bool]:
    """HTTP Digest (RFC 2617, MD5, qop=auth) before anything else, as some makers want it besides the token."""
    nonce = secrets.token_hex(8)

    def md5(words: str) -> str:
        return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()

    def answer(handler: BaseHTTPRequestHandler, _name: str) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', handler.headers.get("Authorization", "")))
        start, end = md5(f"{device.user}:cam:{device.password}"), md5(f"POST:{handler.path}")
        if said and said["response"] == md5(f"{start}:{nonce}:{said['nc']}:{said['cnonce']}:auth:{end}"):
            return False
        handler.reply(401, b"", WWW_Authenticate=f'Digest realm="cam", nonce="{nonce}", qop="auth"')  # type: ignore[attr-defined]
        return True

    return answer


def drips(handler: BaseHTTPRequestHandler, _name: str) -> bool:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.2)
    return True


def pours(status: int) -> Callable[[BaseHTTPRequestHandler, str], bool]:
    """A hundred megabytes."""

    def answer(handler: BaseHTTPRequestHandler, _name: str) -> bool:
        handler.send_response(status)
        handler.send_header("WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"')
        handler.send_header("Content-Length", str(100 * 2**20))
        handler.end_headers()
        with suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b" " * 2**20)
        return True

    return answer
