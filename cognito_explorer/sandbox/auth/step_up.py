"""Step-up: an application names the level of assurance it wants, and a user already signed in proves the rest.

AWS fixes which factors make which of its four levels. Here one factor makes the first and a second factor the second;
the higher ones nobody reaches, so that a request falls back to what follows in its list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.auth.flows import Attempt
from cognito_explorer.sandbox.auth.mfa_choice import registered_factors
from cognito_explorer.sandbox.auth.mfa_settings import load_mfa_settings
from cognito_explorer.sandbox.auth.sign_ins import find_sign_in
from cognito_explorer.sandbox.auth.tokens import verify_access_token
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_LEVELS = range(1, 5)


def level_name(pool: Mapping[str, Any], level: int) -> str:
    """What a pool calls a level in the claim `acr`."""
    named = pool.get("AcrConfiguration", {}).get(f"Level{level}", {})
    return str(named.get("AcrValue") or f"urn:cognito:loa:{level}")


def reached_level(methods: Iterable[str]) -> int:
    """The level these methods make."""
    return 2 if "mfa" in methods else 1


def aimed(attempt: Attempt, user: User) -> Attempt:
    """The attempt with the level that TARGET_ACR_VALUES asks for, and the credit of an ACCESS_TOKEN sent along.

    Raises InvalidParameterException where no value is a level, NotAuthorizedException where none can be reached.
    """
    wanted, token = attempt.values.get("TARGET_ACR_VALUES", ""), attempt.values.get("ACCESS_TOKEN", "")
    if not wanted:
        if token:
            raise ServiceError("InvalidParameterException", "ACCESS_TOKEN requires TARGET_ACR_VALUES.")
        return attempt
    levels = _levels(attempt.pool, wanted.split())
    if not levels:
        raise ServiceError("InvalidParameterException", "None of the requested ACR values is valid.")
    methods = _credit(attempt, user, token) if token else ()
    level = _target(attempt.world, attempt.pool, user, levels, methods)
    if not level:
        raise ServiceError("NotAuthorizedException", "The user cannot reach any of the requested ACR values.")
    return replace(attempt, progress=replace(attempt.progress, level=level, methods=methods))


def is_satisfied(world: World, pool: dict[str, Any], user: User, wanted: str, methods: Iterable[str]) -> bool:
    """Whether these methods make the first level of a list of ACR values that the user can reach."""
    known = tuple(methods)
    return 0 < _target(world, pool, user, _levels(pool, wanted.split()), known) <= reached_level(known)


def wanted_level(pool: Mapping[str, Any], wanted: str) -> int:
    """The first level that a space-separated list of ACR values names, 0 where it names none."""
    return next(iter(_levels(pool, wanted.split())), 0)


def _target(world: World, pool: dict[str, Any], user: User, levels: Iterable[int], methods: tuple[str, ...]) -> int:
    """The first of these levels that a user can reach, who has come as far as these methods; 0 for none."""
    highest = 2 if registered_factors(world, pool, user, load_mfa_settings(world, user)) else 1
    return next((level for level in levels if level <= max(highest, reached_level(methods))), 0)


def _levels(pool: Mapping[str, Any], wanted: list[str]) -> list[int]:
    known = {f"urn:cognito:loa:{level}": level for level in _LEVELS} | {
        level_name(pool, level): level for level in _LEVELS
    }
    return [known[value] for value in wanted if value in known]


def _credit(attempt: Attempt, user: User, token: str) -> tuple[str, ...]:
    """The methods of the sign-in a token comes from, unless that is longer ago than MAX_AGE."""
    _, owner, claims = verify_access_token(attempt.world, token)
    if owner.id != user.id:
        raise ServiceError("NotAuthorizedException", "The access token is another user's.")
    age_s = attempt.values.get("MAX_AGE", "")
    if age_s and not (age_s.isascii() and age_s.isdigit() and len(age_s) < 12):
        raise ServiceError("InvalidParameterException", "MAX_AGE must be a number of seconds.")
    if age_s and attempt.world.clock.now() - claims["auth_time"] > int(age_s):
        return ()
    sign_in = find_sign_in(attempt.world, claims["event_id"])
    return tuple(sign_in.grant.get("methods", ())) if sign_in else ()
