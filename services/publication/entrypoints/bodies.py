"""What publication's door accepts."""

from shared.web.models import Body, Sha256Text


class TermsBody(Body):
    """The agreement's terms by their content."""

    terms_sha256: Sha256Text
