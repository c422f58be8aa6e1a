"""The certificate with which the edge begins: signed by itself, until an operator puts another in its place."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.home import write

CERTIFICATE, KEY = "certificate.pem", "key.pem"
VALID_DAYS = 397
"""The longest that browsers take (CA/Browser Forum Baseline Requirements 6.3.2)."""


def make(folder: Path, domain: str, hosts: Iterable[str]) -> None:
    """Make key and certificate for these hosts of a domain, unless they are there; mode 0600.

    Each is named: a wildcard of a domain of one label, as localhost, is not taken by OpenSSL.
    """
    if (folder / CERTIFICATE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    write(folder / KEY, _pem(key), 0o600)
    write(folder / CERTIFICATE, _signed(key, domain, hosts).public_bytes(serialization.Encoding.PEM).decode(), 0o600)


def _signed(key: ec.EllipticCurvePrivateKey, domain: str, hosts: Iterable[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    names = x509.SubjectAlternativeName(x509.DNSName(f"{host}.{domain}") for host in hosts)
    now = datetime.now(UTC)  # noqa: TID251 - a certificate lives by the clock of whoever meets it
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
