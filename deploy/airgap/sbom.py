"""A bundle's bill of materials, as CycloneDX 1.6 JSON: images, and in each its packages, purls and licences."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, License, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.airgap.contents import Image, Package


def sbom(version: str, revision: str, epoch: int, images: Sequence[Image]) -> str:
    """The document of one commit and its images; the same of the same: its instant is the commit's (epoch seconds)."""
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, f"nianlun:{revision}:{','.join(one.id for one in images)}"))
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    product = Component(name="nianlun", version=version, type=ComponentType.APPLICATION, bom_ref="nianlun")
    product.properties.add(Property(name="nianlun:revision", value=revision))
    bom.metadata.component = product
    parts = [_image(one) for one in images]
    for part in parts:
        bom.components.add(part)
        bom.register_dependency(part, part.components)
    bom.register_dependency(product, parts)
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _image(image: Image) -> Component:
    name, _, tag = image.name.rpartition(":")
    part = Component(
        name=name,
        version=tag,
        type=ComponentType.CONTAINER,
        bom_ref=image.name,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=image.id.removeprefix("sha256:"))],
        properties=[Property(name="nianlun:stand-in", value=str(image.stand_in).lower())],
    )
    part.components.update(_inside(image))
    return part


def _inside(image: Image) -> Iterable[Component]:
    for one in image.debian:
        qualifiers = {"arch": one.architecture, "distro": "trixie"}
        yield _library(image, one, PackageURL("deb", "debian", one.name, one.version, qualifiers))
    for one in image.python:
        yield _library(image, one, PackageURL("pypi", None, one.name.lower(), one.version))
    for one in image.programs:
        yield _library(image, one, PackageURL("generic", None, one.name, one.version))
    for one in image.jars:
        sums = {"checksum": f"sha256:{one.sha256}"}
        jar = _library(image, one, PackageURL("generic", None, one.name, one.version, sums))
        jar.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=one.sha256))
        yield jar


def _library(image: Image, package: Package, purl: PackageURL) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=f"{image.name}/{purl.to_string()}",
        licenses=_licences(package.licences),
    )


def _licences(names: Sequence[str]) -> Iterable[License]:
    """One expression alone, or any number of licences by identifier or name: the format allows no mixture."""
    made = [LicenseFactory().make_from_string(name) for name in names]
    if len(made) == 1:
        return made
    return [DisjunctiveLicense(name=one.value) if isinstance(one, LicenseExpression) else one for one in made]
