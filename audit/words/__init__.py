"""Every event of the catalogue as a sentence that an official understands, in Chinese and in English.

A sentence says what was decided, by which numbers and on what ground; it never holds personal data: events hold none.
"""

from audit.words import access, application, publication, registration, reporting, review
from audit.words.terms import About, Names, Said, Words
from shared.contracts.event import Event

__all__ = ["WORDS", "About", "Names", "Said", "said"]

WORDS: Words = {
    **access.WORDS,
    **registration.WORDS,
    **application.WORDS,
    **review.WORDS,
    **publication.WORDS,
    **reporting.WORDS,
}


def said(event: Event, names: Names | None = None) -> Said:
    """The event in both languages; `names` are those that its round gives."""
    return WORDS[type(event)](event, names or Names())
