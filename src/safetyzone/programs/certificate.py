"""The certificate under which poles reach MQTT: whether it can be used, by whom it can be reached, and for how long."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from safetyzone.kernel.refusals import Refused


class Unreadable(Refused):
    """The file is not there, not ours to read, or not what it should be."""

    code = "certificate_unreadable"
    th = "อ่าน {file} ไม่ได้ ({why})"
    en = "{file} cannot be read ({why})"


class NotAPair(Refused):
    """The key belongs to another certificate: the server would not start with them."""

    code = "certificate_not_a_pair"
    th = "กุญแจ {key} ไม่ใช่ของใบรับรอง {cert}"
    en = "The key {key} is not that of the certificate {cert}."


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a pole would see. ``days_left`` is below 0 when it has run out; ``names`` are those poles may connect to."""

    days_left: int
    begins: datetime
    names: tuple[str, ...]
    key_open_to_others: bool


def read(cert: Path, key: Path, *, at: datetime) -> Certificate:
    """Look at both files.

    Raises:
        Unreadable: see there; a key with a passphrase too, for nobody is there to type it when the station starts at night.
        NotAPair: see there.
    """
    try:
        first = x509.load_pem_x509_certificates(cert.read_bytes())[0]
    except (OSError, ValueError) as no:
        raise Unreadable(file=cert, why=_short(no)) from no
    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as no:  # TypeError: it has a passphrase
        raise Unreadable(file=key, why=_short(no)) from no
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*spki) != first.public_key().public_bytes(*spki):
        raise NotAPair(cert=cert, key=key)
    return Certificate(
        days_left=(first.not_valid_after_utc - at).days, begins=first.not_valid_before_utc, names=_names(first),
        key_open_to_others=bool(key.stat().st_mode & 0o077),
    )  # fmt: skip


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Only the alternative names: no library of today looks at the common name."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses: list[ipaddress.IPv4Address | ipaddress.IPv6Address | ipaddress.IPv4Network | ipaddress.IPv6Network]
    addresses = list(names.get_values_for_type(x509.IPAddress))
    return (*names.get_values_for_type(x509.DNSName), *map(str, addresses))


def _short(no: Exception) -> str:
    """The reason in one line, without the address of a web page."""
    words = no.strerror if isinstance(no, OSError) else str(no).partition(".")[0]
    return (words or type(no).__name__)[:120]
