"""SOAP 1.2 envelopes with a WS-Security UsernameToken (ONVIF Core Specification, 5.9: the password itself never travels)."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from html import escape
from xml.etree.ElementTree import Element

from safetyzone.senses.cameras.finding import xml

SOAP = "http://www.w3.org/2003/05/soap-envelope"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


class Fault(Exception):
    """The device says no; ``code`` is the local name of its innermost code: NotAuthorized, ActionNotSupported, …"""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Who asks. Never printed."""

    user: str
    password: str

    def header(self, *, nonce: bytes, created: datetime) -> str:
        """The UsernameToken; ``created`` by the device's own clock, which refuses what is older than seconds."""
        stamp = created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        # SHA-1 is what the standard says; it keeps the password off the wire, and no more is asked of it
        digest = hashlib.sha1(nonce + stamp.encode() + self.password.encode(), usedforsecurity=False).digest()
        return (
            f'<o:Security xmlns:o="{_WSSE}" xmlns:u="{_WSU}" s:mustUnderstand="1"><o:UsernameToken>'
            f"<o:Username>{escape(self.user)}</o:Username>"
            f'<o:Password Type="{_DIGEST}">{_b64(digest)}</o:Password><o:Nonce EncodingType="{_BASE64}">{_b64(nonce)}</o:Nonce>'
            f"<u:Created>{stamp}</u:Created></o:UsernameToken></o:Security>"
        )


def envelope(body: str, *, header: str = "") -> bytes:
    """One request."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"><s:Header>{header}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def body_of(data: bytes) -> Element:
    """The first element of the body.

    Raises:
        BadXml: not an envelope. Fault: the device refuses.
    """
    root = xml.read(data)
    body = root.find("{*}Body")
    if body is None or len(body) == 0:
        raise xml.BadXml("no body")
    inner = body[0]
    if inner.tag.rpartition("}")[2] == "Fault":
        codes = [code.text or "" for code in inner.iter() if code.tag.rpartition("}")[2] in {"Value", "faultcode"}]
        raise Fault(xml.words(codes[-1].rpartition(":")[2]) if codes else "unknown")
    return inner


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
