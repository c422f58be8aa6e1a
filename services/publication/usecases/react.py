"""Publication hears rankings and waits for a person: no list is ever proposed by itself."""

from shared.runtime.service import no_reaction

react = no_reaction
