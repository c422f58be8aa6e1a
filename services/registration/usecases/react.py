"""Registration hears no other service: it is where the round begins."""

from shared.runtime.service import no_reaction

react = no_reaction
