"""The pure core every house stands on: deciders, refusals, actors, instants, identifiers and the clock port."""
