"""An authority made for one test, and the certificates it gives."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """``file`` is what a client must trust."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key, self.file = ec.generate_private_key(ec.SECP256R1()), folder / f"{name}.pem"
        begun = (
            self._begun(self.name, self.key, days=3650)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        )
        self.file.write_bytes(begun.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
        begins, ends = now + timedelta(days=min(0, days) - 1), now + timedelta(days=days, hours=1)
        return builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)

    def gives(self, label: str, *, days: int = 90, named: bool = True, passphrase: bytes = b"") -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and localhost, with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        begun = self._begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, label)]), key, days=days)
        begun = begun.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        if named:
            names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            begun = begun.add_extension(x509.SubjectAlternativeName(names), critical=False)
        cert_file, key_file = self.folder / f"{label}.pem", self.folder / f"{label}.key"
        cert_file.write_bytes(begun.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        key_file.chmod(0o600)
        return cert_file, key_file
