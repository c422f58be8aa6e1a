"""Registration: accounts, organizations and their certification (C5.2), and the keys that sign tokens."""
