"""The clauses of the notice, by which rules, parameters and refusals say where they come from."""

from typing import Final

CLAUSES: Final = frozenset(
    {
        "C4",
        "C1",
        "C1.a",
        "C1.b",
        "C2.1.1",
        "C2.1.2",
        "C2.1.3",
        "C2.1.4",
        "C2.1.5",
        "C2.1.6",
        "C2.1.7",
        "C2.2.1",
        "C2.2.2",
        "C2.2.2.a",
        "C2.2.2.b",
        "C2.2.2.c",
        "C2.2.2.d",
        "C2.2.2.e",
        "C2.2.2.f",
        "C2.2.2.g",
        "C2.2.2.h",
        "C3.1",
        "C3.2",
        "C3.3",
        "C3.4",
        "C3.5",
        "C3.6",
        "C4.1",
        "C4.2",
        "C4.3",
        "C4.4",
        "C4.5",
        "C4.6",
        "C4.7",
        "C4.8",
        "C4.9",
        "C5.1",
        "C5.2",
        "C5.3",
        "C5.4",
    }
)
"""Every clause of clauses.json, and C4 for all materials together (C4)."""
