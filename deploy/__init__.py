"""How Nianlun is run."""
