"""An expert reads what it was assigned, from the form to each file, and nothing else (C5.4)."""
