"""Everything an operation may touch."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.clock import Clock
from cognito_explorer.sandbox.errands import Errands
from cognito_explorer.sandbox.faults import Faults
from cognito_explorer.sandbox.outbox import Outbox
from cognito_explorer.sandbox.store import Store

if TYPE_CHECKING:
    from cognito_explorer.sandbox.functions.host import FunctionHost
    from cognito_explorer.sandbox.moto_services import MotoServices
    from cognito_explorer.sandbox.sts import SecurityTokenService

ACCOUNT_ID = "210987654321"


@dataclass(slots=True)
class World:
    """One sandbox: its state, its clock, its outbox. `endpoint` is `http://127.0.0.1:PORT`, known once it listens.

    Time comes from `clock` alone; ids, codes and secrets from `chance` alone. Each request has a copy with `errands` of
    its own: that is where an operation asks for what takes long.

    `has_local_issuer` puts that endpoint into tokens in place of AWS's address, for clients that insist on discovery.
    """

    data: Path
    store: Store
    clock: Clock
    outbox: Outbox
    sts: "SecurityTokenService"
    functions: "FunctionHost"
    endpoint: str = ""
    account_id: str = ACCOUNT_ID
    has_local_issuer: bool = False
    chance: Chance = field(default_factory=Chance)
    faults: Faults = field(default_factory=Faults)
    errands: Errands = field(default_factory=Errands)
    moto: "MotoServices | None" = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a request. `context` holds the IAM condition keys that go with the principal."""

    arn: str
    user_id: str
    context: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One validated call of one operation. `caller` is None for unsigned (public) operations."""

    world: World
    region: str
    params: dict[str, Any] = field(repr=False)
    caller: Caller | None = None
