"""Nothing falls due in registration: no certification, suspension or change of a profile ends by the clock alone."""

from shared.runtime.service import nothing_falls_due

fall_due = nothing_falls_due
