"""What registration's routes stand on."""

from dataclasses import dataclass, field

from services.registration.usecases.ports import AccountIds, Passwords, Tokens
from services.registration.usecases.sign_in import SignIn
from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.files.depot import Depot
from shared.kernel.clock import Clock
from shared.vault.vault import Vault
from shared.web.patience import Patience
from shared.web.reads import Reaching


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    vault: Vault
    passwords: Passwords
    accounts: AccountIds
    tokens: Tokens
    sign_in: SignIn
    depot: Depot
    reads: Reads
    projector: Reaching
    clock: Clock
    patience: Patience = field(default_factory=Patience)
    """With whoever guesses passwords."""
