"""What a pre token generation function decided, and the tokens it makes of those without it. Pure.

The rules are those of the developer guide, “Pre token generation Lambda trigger”: what may be changed, what stays, and
that suppressing wins over overriding.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cognito_explorer.core.auth.json_reading import is_deeper_than
from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.pre_token_event import answer_member
from cognito_explorer.core.insight.token_preview import Preview

MOST_CHANGES = 5_000
# No function changes these; groups and roles go by groupOverrideDetails alone, but may be left out.
FIXED = frozenset({
    *("sub", "iss", "aud", "client_id", "username", "identities", "token_use", "exp", "iat", "nbf", "auth_time"),
    *("jti", "origin_jti", "event_id", "nonce", "at_hash", "azp", "acr", "amr", "version", "device_key"),
})  # fmt: skip
_GROUP_CLAIMS = ("cognito:groups", "cognito:roles", "cognito:preferred_role")
_FLAT_IN_ID_TOKENS = ("email_verified", "phone_number_verified", "updated_at", "address")


@dataclass(frozen=True, slots=True)
class TokenChange:
    """What is decided for one token: claims to set and to leave out, scopes likewise."""

    add: Mapping[str, Any] = field(default_factory=dict, repr=False)
    suppress: tuple[str, ...] = ()
    scopes_to_add: tuple[str, ...] = ()
    scopes_to_suppress: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many single changes these are."""
        return sum(map(len, (self.add, self.suppress, self.scopes_to_add, self.scopes_to_suppress)))


@dataclass(frozen=True, slots=True)
class TriggerAnswer:
    """All that a function decided. `groups`: the group claims instead of the user's; None keeps them."""

    identity: TokenChange = TokenChange()
    access: TokenChange = TokenChange()
    groups: Mapping[str, Any] | None = field(default=None, repr=False)


def read_answer(payload: bytes, version: str) -> TriggerAnswer:
    """What a function that was asked with this version of the event decided.

    Raises ExplorerError with Cognito's code where Cognito could not read it either.
    """
    details = _object(_response(payload), answer_member(version))
    if version == "V1_0":
        # It has no part for the access token, and its claims are texts.
        answer = TriggerAnswer(_change(details), groups=_groups(details))
        if not all(isinstance(value, str) for value in answer.identity.add.values()):
            raise malformed()
    else:
        identity, access = (_change(_object(details, f"{each}TokenGeneration")) for each in ("id", "access"))
        answer = TriggerAnswer(identity, access, _groups(details))
        if any(isinstance(identity.add.get(name), dict | list) for name in _FLAT_IN_ID_TOKENS):
            raise malformed()
    if answer.identity.size + answer.access.size > MOST_CHANGES:
        raise malformed()
    return answer


def apply_answer(predicted: Preview, answer: TriggerAnswer) -> Preview:
    """The tokens as they are issued after the function, with sentences about what it wanted in vain."""
    identity, access = dict(predicted.identity), dict(predicted.access)
    if answer.groups is not None and "username" in access:
        identity, access = (
            _with_groups(identity, answer.groups, _GROUP_CLAIMS),
            _with_groups(access, answer.groups, _GROUP_CLAIMS[:1]),
        )
    scopes = dict.fromkeys((*str(access["scope"]).split(), *answer.access.scopes_to_add))
    access["scope"] = " ".join(each for each in scopes if each not in answer.access.scopes_to_suppress)
    notes = [
        *(_in_vain(answer.identity, "ID", identity) if identity else ()),
        *_in_vain(answer.access, "access", access),
    ]
    return replace(
        predicted,
        identity=_applied(answer.identity, identity) if identity else {},
        access=_applied(answer.access, access),
        notes=(*predicted.notes, *notes),
    )


def malformed() -> ExplorerError:
    """What Cognito answers where it cannot read a function's answer."""
    return explain("InvalidLambdaResponseException", "Unrecognizable lambda output")


def _response(payload: bytes) -> dict[str, Any]:
    try:
        event = json.loads(payload.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise malformed() from None
    if not isinstance(event, dict) or is_deeper_than(event) or not isinstance(event.get("response"), dict):
        raise malformed()
    return event["response"]  # type: ignore[no-any-return]  # looked at above


def _refuse(constant: str) -> Any:
    """NaN and Infinity are no JSON (RFC 8259, section 6)."""
    raise ValueError(constant)


def _change(details: Mapping[str, Any]) -> TokenChange:
    return TokenChange(
        _object(details, "claimsToAddOrOverride"),
        _texts(details, "claimsToSuppress"),
        _texts(details, "scopesToAdd"),
        _texts(details, "scopesToSuppress"),
    )


def _groups(details: Mapping[str, Any]) -> dict[str, Any] | None:
    """A member that is there but empty takes the groups away."""
    if "groupOverrideDetails" not in details:
        return None
    given = _object(details, "groupOverrideDetails")
    preferred = given.get("preferredRole")
    if preferred is not None and not isinstance(preferred, str):
        raise malformed()
    claims = (list(_texts(given, "groupsToOverride")), list(_texts(given, "iamRolesToOverride")), preferred)
    return {name: value for name, value in zip(_GROUP_CLAIMS, claims, strict=True) if value}


def _with_groups(claims: dict[str, Any], groups: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    kept = {name: value for name, value in claims.items() if name not in _GROUP_CLAIMS}
    return kept | {name: groups[name] for name in names if name in groups} if claims else {}


def _applied(change: TokenChange, claims: dict[str, Any]) -> dict[str, Any]:
    added = {name: value for name, value in change.add.items() if _may_add(name, value, claims)}
    hidden = {name for name in change.suppress if _may_suppress(name)}
    if "cognito:groups" in hidden:
        hidden |= set(_GROUP_CLAIMS)
    return {name: value for name, value in {**claims, **added}.items() if name not in hidden}


def _in_vain(change: TokenChange, kind: str, claims: Mapping[str, Any]) -> Iterable[str]:
    refused = [name for name, value in change.add.items() if not _may_add(name, value, claims)]
    refused += [name for name in change.suppress if not _may_suppress(name) and name not in refused]
    if refused:
        named = ", ".join(name[:60] for name in refused[:20])
        yield f"In the {kind} token the function decided in vain about {named}: no function changes that."


def _may_add(name: str, value: Any, claims: Mapping[str, Any]) -> bool:
    if name == "aud" and "client_id" in claims:
        return bool(value == claims["client_id"])
    return name not in FIXED and not name.startswith(("cognito:", "dev:"))


def _may_suppress(name: str) -> bool:
    if name.startswith("cognito:"):
        return name in _GROUP_CLAIMS
    return name not in FIXED


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise malformed()
    return value or {}


def _texts(holder: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = holder.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise malformed()
    return tuple(value)
