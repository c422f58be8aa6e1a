"""Files by their content: kept once under their hash, checked, scanned, and kept while an event names them (C4)."""
