"""Application hears what others decided and shows it; its own aggregates move by people's commands alone."""

from shared.runtime.service import no_reaction

react = no_reaction
