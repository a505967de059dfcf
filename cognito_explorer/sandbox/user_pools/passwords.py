"""What is kept of a password, and what a pool demands of one."""

import hmac
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.auth import srp
from cognito_explorer.sandbox.chance import Chance
from cognito_explorer.sandbox.errors import ServiceError

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-")
_DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Verifier:
    """A salt and g^x, both in hex; the password cannot be had back from them.

    The crowds of seeded worlds have a `published` password instead, whose verifier is computed when it is needed.
    """

    salt: str = field(repr=False)
    verifier: str = field(repr=False)
    published: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Password:
    """A user's current password. `set_at` is in epoch seconds."""

    proof: Verifier
    set_at: float


def make_verifier(pool: Mapping[str, Any], username: str, password: str) -> Verifier:
    """Salt and verifier of a password; about a millisecond. `username` is the real one, not an alias."""
    salt = srp.new_salt()
    return Verifier(salt, f"{srp.verifier_of(pool_name(pool), username, password, salt):x}")


def complete(pool: Mapping[str, Any], username: str, proof: Verifier) -> Verifier:
    """The same with its verifier, for whoever needs the number itself."""
    if not proof.published:
        return proof
    return Verifier(proof.salt, f"{srp.verifier_of(pool_name(pool), username, proof.published, proof.salt):x}")


def matches(pool: Mapping[str, Any], username: str, proof: Verifier, password: str) -> bool:
    """Whether this password has this verifier."""
    if proof.published:
        return hmac.compare_digest(proof.published.encode(), password.encode())
    verifier = srp.verifier_of(pool_name(pool), username, password, proof.salt)
    return hmac.compare_digest(f"{verifier:x}", proof.verifier)


def pool_name(pool: Mapping[str, Any]) -> str:
    """The part of the pool id that SRP mixes in."""
    return str(pool["Id"]).partition("_")[2]


def check_policy(pool: Mapping[str, Any], password: str, *, name: str = "policy") -> None:
    """Raises InvalidPasswordException with the first broken rule; an invitation calls it the "password policy"."""
    reason = broken_rule(pool["Policies"]["PasswordPolicy"], password)
    if reason:
        raise ServiceError("InvalidPasswordException", f"Password did not conform with {name}: {reason}")


def broken_rule(policy: Mapping[str, Any], password: str) -> str:
    """The first rule a password breaks, or nothing."""
    rules = [
        (len(password) >= policy.get("MinimumLength", 8), "Password not long enough"),
        (not policy.get("RequireUppercase") or _has(password, str.isupper), "Password must have uppercase characters"),
        (not policy.get("RequireLowercase") or _has(password, str.islower), "Password must have lowercase characters"),
        (not policy.get("RequireNumbers") or _has(password, _is_digit), "Password must have numeric characters"),
        (not policy.get("RequireSymbols") or _has_symbol(password), "Password must have symbol characters"),
        (len(password) <= 256, "Password too long"),
    ]
    return next((reason for is_kept, reason in rules if not is_kept), "")


def draw_password(chance: Chance, pool: Mapping[str, Any]) -> str:
    """A random temporary password that keeps the pool's policy."""
    kinds = [string.ascii_uppercase, string.ascii_lowercase, string.digits, "!@#$%*?-_=+"]
    length = max(8, pool["Policies"]["PasswordPolicy"].get("MinimumLength", 8))
    letters = [chance.choice(kind) for kind in kinds]
    letters += [chance.choice("".join(kinds)) for _ in range(length - len(letters))]
    chance.shuffle(letters)
    return "".join(letters)


def is_expired(pool: Mapping[str, Any], password: Password, now: float) -> bool:
    """Whether a temporary password set long ago no longer opens the door."""
    days = pool["Policies"]["PasswordPolicy"].get("TemporaryPasswordValidityDays") or 7
    return now > password.set_at + days * _DAY_S


def _is_digit(letter: str) -> bool:
    return letter in string.digits


def _has(password: str, test: Any) -> bool:
    return any(test(letter) for letter in password if letter.isascii())


def _has_symbol(password: str) -> bool:
    return any(letter in SYMBOLS for letter in password) or " " in password.strip(" ")
