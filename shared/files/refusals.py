"""Why a file is not taken (C4); each names what was expected."""

from shared.kernel.refusal import Malformed, Refusal, Unknown


class FileTooLarge(Refusal):
    """More bytes than this material may have."""

    title = "The file is larger than is allowed"
    clause = "C4"
    field = "body"


class FileEmpty(Malformed):
    """There is nothing in it."""

    title = "The file is empty"
    clause = "C4"
    field = "body"


class TypeNotTaken(Refusal):
    """A type that is not taken here."""

    title = "Files of this type are not taken"
    clause = "C4"
    field = "Content-Type"


class ContentIsOfAnotherType(TypeNotTaken):
    """The content shows another type than was declared, or the name does."""

    title = "The file is not what it is declared to be"


class LengthDiffers(Malformed):
    """Fewer or more bytes came than were announced."""

    title = "The file has another length than was announced"
    field = "size"


class DigestDiffers(Malformed):
    """The bytes that came are not those that were sent."""

    title = "The file has another SHA-256 than was announced"
    field = "sha256"


class FileInfected(Malformed):
    """The scanner found something in it."""

    title = "The virus scanner refuses the file"
    clause = "C4"
    field = "body"


class UploadTooSlow(Refusal):
    """The body did not come in time; a resumable upload keeps what came."""

    title = "The upload took too long"
    field = "body"


class UploadUnknown(Unknown):
    """No such upload, or it was abandoned too long ago."""

    title = "There is no such upload"
    field = "upload"


class OffsetDiffers(Refusal):
    """The part does not begin where the upload stands."""

    title = "The part begins at another offset than the upload has reached"
    field = "Upload-Offset"


class PartsTooSmall(Refusal):
    """So many parts are no way to send a file."""

    title = "The upload came in too many small parts"
    field = "Upload-Offset"


class TooManyUploads(Refusal):
    """Too many of one owner are under way."""

    title = "Too many uploads are under way: finish one of them first"
    field = "upload"


class FileNotKept(Unknown):
    """The store has no such file."""

    title = "There is no such file"
    field = "sha256"


class FileNotHeld(Malformed):
    """A command names a file that was never brought here by who commands it."""

    title = "The store holds no such file of yours: upload it first"


class FileDeclaredOtherwise(Malformed):
    """A command says another type or size of a file than was found when it came."""

    title = "The file that was uploaded is of another type or size"


class TooManyFiles(Malformed):
    """More files than one command may name."""

    title = "So many files cannot be named at once"


class ScannerAway(Exception):
    """The scanner did not answer, or not with a verdict: nothing is taken unscanned where one is configured."""
