"""Registration's ports made real: argon2id, account ids, signing keys."""
