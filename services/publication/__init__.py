"""Publication: the list from proposal to approval, the public notice, the agreement (C5.4)."""
