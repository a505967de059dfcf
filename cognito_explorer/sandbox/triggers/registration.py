"""PreSignUp and PostConfirmation: who may register, and what follows a confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cognito_explorer.sandbox.triggers.invocation import (
    Occasion,
    ask_trigger,
    event_attributes,
    find_trigger,
    malformed,
    metadata_of,
    run_trigger_afterwards,
)
from cognito_explorer.sandbox.user_pools.users import User, attribute_map
from cognito_explorer.sandbox.world import World

SignUpSource = Literal["SignUp", "AdminCreateUser", "ExternalProvider"]
ConfirmationSource = Literal["ConfirmSignUp", "ConfirmForgotPassword"]

_FLAGS = ("autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone")


@dataclass(frozen=True, slots=True)
class Admission:
    """What PreSignUp decided: is the user confirmed at once, and which addresses count as verified."""

    is_confirmed: bool = False
    verified: tuple[str, ...] = ()


def before_sign_up(
    world: World, pool: Mapping[str, Any], source: SignUpSource, username: str, attributes: Mapping[str, str]
) -> Admission:
    """Ask PreSignUp. Raises its refusal. `username` is the name the user will have."""
    trigger = find_trigger(pool, "PreSignUp")
    if trigger is None:
        return Admission()
    given = attribute_map(world.errands.params.get("ValidationData"))
    request = {"userAttributes": dict(attributes), "validationData": given or None, **metadata_of(world)}
    occasion = Occasion(source, username, request, dict.fromkeys(_FLAGS, False))
    response = ask_trigger(world, pool, trigger, occasion)
    confirm, email, phone = (_flag(response, name) for name in _FLAGS)
    chosen = [name for name, is_chosen in (("email", email), ("phone_number", phone)) if is_chosen]
    return Admission(confirm, tuple(name for name in chosen if attributes.get(name)))


def after_confirmation(world: World, pool: Mapping[str, Any], source: ConfirmationSource, user: User) -> None:
    """Have PostConfirmation run once the confirmation is on disk."""
    trigger = find_trigger(pool, "PostConfirmation")
    if trigger is None:
        return
    request = {"userAttributes": event_attributes(user), **metadata_of(world)}
    run_trigger_afterwards(world, pool, trigger, Occasion(source, user.username, request))


def _flag(response: Mapping[str, Any], name: str) -> bool:
    value = response.get(name)
    if value is not None and not isinstance(value, bool):
        raise malformed()
    return bool(value)
