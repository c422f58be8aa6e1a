"""What events name that is kept beside the log: files by their SHA-256, and personal values by commitments to them."""

from collections.abc import Iterator, Mapping
from typing import Final

FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "nianlun.registration.CertificationRequested.v1": ("documents.sha256",),
    "nianlun.application.AttachmentAdded.v1": ("sha256",),
    "nianlun.application.FormSaved.v1": (
        "t2.roster.evidence",
        "t3.micro_discount",
        "t4.partners.agreement",
        "t4.documents.management_system",
        "t4.documents.service_process",
        "t4.documents.fee_standard",
        "t4.documents.quality_assurance",
        "t4.commitment",
    ),
    "nianlun.application.WaiverRequested.v1": ("evidence",),
    "nianlun.review.BatchSealed.v1": ("xlsx_sha256",),
    "nianlun.publication.AgreementOffered.v1": ("terms_sha256",),
    "nianlun.publication.ObjectionFiled.v1": ("evidence",),
    "nianlun.publication.AppealFiled.v1": ("evidence",),
    "nianlun.reporting.ServiceReportFiled.v1": ("evidence",),
    "nianlun.reporting.ServiceCaseFiled.v1": ("evidence",),
    "nianlun.reporting.PolicyDigestFiled.v1": ("document",),
}
"""The members of each type that name a file which the event's own service keeps; a path goes through lists."""
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "nianlun.registration.AccountOpened.v1": ("username", "credential"),
    "nianlun.registration.PasswordChanged.v1": ("credential",),
    "nianlun.registration.PasswordReset.v1": ("credential",),
    "nianlun.registration.CertificationRequested.v1": ("legal_representative", "contact"),
    "nianlun.registration.ProfileAmended.v1": ("legal_representative", "contact"),
    "nianlun.application.FormSaved.v1": ("t1.legal_representative", "t1.contact"),
    "nianlun.publication.ObjectionFiled.v1": ("objector", "contact"),
}
"""The members of each type that are commitments to what its service's vault keeps."""


def named(data: object, path: str) -> Iterator[str]:
    """The texts at a path of an event's `data`; none where a member is absent."""
    if isinstance(data, list):
        for one in data:
            yield from named(one, path)
    elif isinstance(data, Mapping):
        first, _, rest = path.partition(".")
        yield from named(data.get(first), rest)
    elif isinstance(data, str) and not path:
        yield data
