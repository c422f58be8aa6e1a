"""The certificate with which the edge begins: for the domain that is said, and never in the place of somebody's own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.composed import certificate
from deploy.composed.certificate import CERTIFICATE, KEY, LAST_DAYS, VALID_DAYS, NotForIt, make
from deploy.composed.place import Wish, prepare
from deploy.composed.stack import IMAGE
from deploy.local.home import Home, StackError

HOSTS = ("registration", "review")


def hosts(folder: Path) -> list[str]:
    certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    its = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return its.get_values_for_type(x509.DNSName)


def brought(folder: Path, *names: str) -> bytes:
    """A certificate that an operator puts there."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an office")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate lives by the clock of whoever meets it
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, names)), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / CERTIFICATE).write_bytes(pem)
    return pem


def test_it_is_for_every_host_and_made_once(tmp_path: Path) -> None:
    make(tmp_path, "nianlun.example", HOSTS)
    made = [(tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)]
    assert hosts(tmp_path) == ["registration.nianlun.example", "review.nianlun.example"]
    make(tmp_path, "nianlun.example", HOSTS)
    assert [(tmp_path / name).read_bytes() for name in (CERTIFICATE, KEY)] == made


def test_it_is_made_again_for_another_domain(tmp_path: Path) -> None:
    make(tmp_path, "localhost", HOSTS)
    make(tmp_path, "nianlun.example", HOSTS)
    assert hosts(tmp_path) == ["registration.nianlun.example", "review.nianlun.example"]


@pytest.mark.parametrize(("days", "again"), [(VALID_DAYS - LAST_DAYS - 1, False), (VALID_DAYS - LAST_DAYS + 1, True)])
def test_it_is_made_again_before_it_runs_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, *, again: bool
) -> None:
    make(tmp_path, "localhost", HOSTS)
    made = (tmp_path / CERTIFICATE).read_bytes()
    later = certificate._now() + timedelta(days=days)
    monkeypatch.setattr(certificate, "_now", lambda: later)
    make(tmp_path, "localhost", HOSTS)
    assert ((tmp_path / CERTIFICATE).read_bytes() != made) is again


def test_somebody_s_own_stays_and_is_refused_when_it_is_for_others(tmp_path: Path) -> None:
    pem = brought(tmp_path, "*.nianlun.example")
    make(tmp_path, "nianlun.example", HOSTS)
    with pytest.raises(NotForIt, match=r"is not for registration\.localhost"):
        make(tmp_path, "localhost", HOSTS)
    assert (tmp_path / CERTIFICATE).read_bytes() == pem


def test_only_a_domain_that_is_asked_for_is_held_against_somebody_s_own(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    pem = brought(home.secrets_of("edge"), "*.nianlun.example")
    prepare(home, Wish(), IMAGE)
    assert (home.secrets_of("edge") / CERTIFICATE).read_bytes() == pem
    with pytest.raises(NotForIt):
        prepare(home, Wish(domain="other.example"), IMAGE)


@pytest.mark.parametrize("domain", ["bad domain!", " ", "-x.example", "a..b", "UPPER.example"])
def test_what_is_no_domain_is_refused(domain: str, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="is no name of a domain"):
        prepare(Home(tmp_path / "home"), Wish(domain=domain), IMAGE)
