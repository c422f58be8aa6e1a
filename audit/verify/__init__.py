"""Is a log whole and untouched? Standard library only, nothing of ours: an auditor may copy this one folder."""

from .check import verify
from .verdict import Disproved, Head, Proven, Undecided, Verdict

__all__ = ["Disproved", "Head", "Proven", "Undecided", "Verdict", "verify"]
