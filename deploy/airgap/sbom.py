"""The bill of materials of a bundle, as CycloneDX 1.6 JSON: images, and in each its packages with their purls."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.airgap.contents import Image


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
    for package, version, architecture in image.debian:
        qualifiers = {"arch": architecture, "distro": "trixie"}
        yield _library(image, package, version, PackageURL("deb", "debian", package, version, qualifiers))
    for package, version in image.python:
        yield _library(image, package, version, PackageURL("pypi", None, package.lower(), version))
    for jar, digest in image.jars:
        stem, _, version = jar.removesuffix(".jar").rpartition("-")
        one = _library(
            image, stem, version, PackageURL("generic", None, stem, version, {"checksum": f"sha256:{digest}"})
        )
        one.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=digest))
        yield one


def _library(image: Image, name: str, version: str, purl: PackageURL) -> Component:
    return Component(
        name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=f"{image.name}/{purl.to_string()}"
    )
