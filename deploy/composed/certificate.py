"""The certificate with which the edge begins: signed by itself, until an operator puts another in its place."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.home import StackError, write

CERTIFICATE, KEY = "certificate.pem", "key.pem"
DOMAIN_NAME = re.compile(r"(?=.{1,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
"""RFC 1123, 2.1, in small letters."""
MAKER = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Nianlun, signed by itself")
"""By which a certificate that was made here is known, and made again for another domain."""
VALID_DAYS = 397
"""The longest that browsers take (CA/Browser Forum Baseline Requirements 6.3.2)."""
LAST_DAYS = 60
"""In which one that was made here is made again."""


class NotForIt(StackError):
    """An operator's certificate is for other hosts."""


def make(folder: Path, domain: str, hosts: Iterable[str]) -> None:
    """Make key and certificate for these hosts of a domain, mode 0600, unless good ones or an operator's are there.

    Each is named: a wildcard of a domain of one label, as localhost, is not taken by OpenSSL. Raises `NotForIt` when an
    operator's is for other hosts.
    """
    hosts = [f"{host}.{domain}" for host in hosts]
    if (folder / CERTIFICATE).exists():
        there = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        lacking = next((host for host in hosts if not _covers(there, host)), None)
        ours = MAKER in there.issuer
        ending = there.not_valid_after_utc - _now() <= timedelta(days=LAST_DAYS)
        if lacking is None and not (ours and ending):
            return
        if not ours:
            raise NotForIt(f"the certificate in {folder} is not for {lacking}; put one that is in its place")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    write(folder / KEY, _pem(key), 0o600)
    write(folder / CERTIFICATE, _signed(key, domain, hosts).public_bytes(serialization.Encoding.PEM).decode(), 0o600)


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Whether it names the host, or has a wildcard for its first label (RFC 6125, 6.4.3)."""
    try:
        its = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return bool({host, f"*.{host.partition('.')[2]}"} & set(its.get_values_for_type(x509.DNSName)))


def _signed(key: ec.EllipticCurvePrivateKey, domain: str, hosts: Iterable[str]) -> x509.Certificate:
    name = x509.Name([MAKER, x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    names = x509.SubjectAlternativeName(map(x509.DNSName, hosts))
    now = _now()
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


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a certificate lives by the clock of whoever meets it


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
