"""Where each claim of a user pool's token comes from, what let it in, and what the pool says of it now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.claims import as_text
from cognito_explorer.core.insight.known_changes import since_issue
from cognito_explorer.core.insight.pool_facts import PoolFacts, is_of_machine, providers_in
from cognito_explorer.core.insight.token_preview import (
    attribute_claims,
    group_claims,
    scope_of,
    why_hidden,
)

SAME = "same"
_STANDARD = frozenset({
    *("address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale"),
    *("middle_name", "name", "nickname", "phone_number", "phone_number_verified", "picture"),
    *("preferred_username", "profile", "updated_at", "website", "zoneinfo"),
})  # fmt: skip
_GROUP_CLAIMS = frozenset({"cognito:groups", "cognito:roles", "cognito:preferred_role"})
_SIGN_IN = "the sign-in"
_COGNITO = "Cognito"
# Claims that say the same in every token: where from, and by what rule.
_FIXED = {
    "token_use": (_COGNITO, "Cognito marks its ID and access tokens with it."),
    "jti": (_COGNITO, "Drawn anew for every token."),
    "origin_jti": (_COGNITO, "Drawn at the sign-in, because token revocation is on for the app client."),
    "event_id": (_SIGN_IN, "The id of the sign-in event; the user's sign-in history has the same."),
    "auth_time": (_SIGN_IN, "When the user proved who they are. A refresh keeps it."),
    "iat": (_COGNITO, "The clock, when this token was made."),
    "version": (_COGNITO, "The format of access tokens."),
    "nonce": (_SIGN_IN, "The app sent it to the authorize endpoint."),
    "at_hash": (_COGNITO, "Made from the access token issued with this one, in hosted sign-ins."),
    "acr": (_SIGN_IN, "The level of assurance that was asked for and reached."),
    "amr": (_SIGN_IN, "The factors the user signed in with."),
    "act": ("token exchange", "GetDerivedToken: whose token was presented as the actor's (RFC 8693, section 4.1)."),
    "azp": (_COGNITO, "The party that the token was issued to."),
    "device_key": (_SIGN_IN, "The device, because the pool tracks devices."),
}


@dataclass(frozen=True, slots=True)
class ClaimOrigin:
    """Where a claim comes from in a few words, and `why` it is in, in sentences.

    `now` is what the pool would write today: SAME, the other value, or "" where that is not known. `difference` is
    a sentence about it, "" where there is none.
    """

    comes_from: str
    why: str = ""
    now: str = ""
    difference: str = ""


@dataclass(frozen=True, slots=True)
class AbsentClaim:
    """A claim that somebody may look for in vain: its name, what the pool has for it, and why it is not in."""

    name: str
    now: str
    reason: str


def origins_of(token: DecodedToken, facts: PoolFacts) -> dict[str, ClaimOrigin]:
    """The origin of every claim of a token, by name. Foreign issuers' claims come from their issuer."""
    if not token.pool_id:
        issuer = token.issuer or "an unnamed issuer"
        return {
            name: ClaimOrigin("issuer", f"{issuer} wrote it; nothing is known of its rules.") for name in token.claims
        }
    return {name: _origin(name, value, token, facts) for name, value in token.claims.items()}


def absent_claims(token: DecodedToken, facts: PoolFacts) -> tuple[AbsentClaim, ...]:
    """What the user has and this ID token does not, each with its reason; () while the user is not known."""
    if token.kind != "id" or facts.user is None or facts.client is None:
        return ()
    found = [
        AbsentClaim(name, value, _why_absent(name, token, facts))
        for name, value in facts.user.attributes.items()
        if name not in token.claims and value
    ]
    for name, value in group_claims(facts.groups or ()).items():
        if name not in token.claims:
            found.append(AbsentClaim(name, as_text(value), _came_in(token, facts) + _or_trigger(facts)))
    return tuple(found)


def differences(token: DecodedToken, facts: PoolFacts) -> tuple[str, ...]:
    """Every difference between the token and the pool as a sentence; () where they agree."""
    gone = ("The pool has no user of this sub any longer: deleted since.",) if facts.is_user_gone else ()
    return gone + tuple(each.difference for each in origins_of(token, facts).values() if each.difference)


def _origin(name: str, value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(value, token, facts)
    if name in _GROUP_CLAIMS:
        return _group_origin(name, value, token, facts)
    if name in _FIXED:
        comes_from, why = _FIXED[name]
        return ClaimOrigin(comes_from, why)
    if _is_attribute(name, facts) and token.kind != "access":
        return _attribute_origin(name, value, token, facts)
    return _trigger_origin(name, token, facts)


def _subject(_value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    if is_of_machine(token):
        return ClaimOrigin("app client", "A machine's token has its client id here: there is no user.")
    if facts.is_user_gone:
        return ClaimOrigin("user", _SUB, "no such user", "The user was deleted since this token was issued.")
    return ClaimOrigin("user", _SUB, SAME if facts.user else "")


def _issuer(value: Any, token: DecodedToken, _facts: PoolFacts) -> ClaimOrigin:
    form = "original" if value == issuer_of(token.pool_id) else "updated"
    return ClaimOrigin(_COGNITO, f"The pool's Region and id, in the {form} form of the issuer.")


def _client(value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    if value != token.client_id:
        why = "The resource that the authorize or token request named (resource binding), or that of a token exchange."
        return ClaimOrigin("request", why)
    now = SAME if facts.client else ""
    return ClaimOrigin("app client", "The id of the app client that asked for the token.", now)


def _username(value: Any, _token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    why = "The username in the pool; it cannot be changed."
    return ClaimOrigin("user", why, SAME if facts.user and facts.user.username == value else "")


def _expiry(value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    issued, why = token.claims.get("iat"), "Issued at, plus the lifetime that the app client sets."
    if facts.client is None or not isinstance(issued, int | float) or not isinstance(value, int | float):
        return ClaimOrigin("app client", why)
    set_to = facts.client.id_token_validity if token.kind == "id" else facts.client.access_token_validity
    was_s, now_s = round(value - issued), round(set_to.total_seconds())
    if was_s == now_s:
        return ClaimOrigin("app client", why, SAME)
    said = f"The client's lifetime is {now_s:,} s now; this token was given {was_s:,} s."
    return ClaimOrigin("app client", why, f"{now_s:,} s", said)


def _scope(value: Any, _token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    scopes = value.split() if isinstance(value, str) else []
    if scopes == ["aws.cognito.signin.user.admin"]:
        return ClaimOrigin("scope", "Sign-ins through the API always get this one scope.", SAME)
    why = "What the sign-in asked for, out of what the app client allows."
    if facts.client is None:
        return ClaimOrigin("scope", why)
    lost = [scope for scope in scopes if scope not in facts.client.scopes]
    if not lost:
        return ClaimOrigin("scope", why, SAME)
    said = f"The app client does not allow {', '.join(lost)} now." + _or_trigger(facts, "adds it")
    return ClaimOrigin("scope", why, f"− {', '.join(lost)}", said)


def _linked(value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    names = ", ".join(providers_in(token)) or "another identity provider"
    why = f"The user is linked to {names}. " + _let_in("identities", facts)
    now, said = _compare("identities", value, facts)
    return ClaimOrigin("linked provider", why.strip(), now, said)


def _group_origin(name: str, value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    comes_from = "group" if name == "cognito:groups" else "group's role"
    why = _GROUP_WHY[name]
    if facts.groups is None:
        return ClaimOrigin(comes_from, why)
    wanted = group_claims(facts.groups).get(name)
    if wanted == value:
        return ClaimOrigin(comes_from, why, SAME)
    if not isinstance(value, list) or not isinstance(wanted, list):
        now = "none" if wanted is None else as_text(wanted)
        return ClaimOrigin(comes_from, why, now, f"{name} would be {now} now: refresh." + _or_trigger(facts))
    added = [str(each) for each in wanted if each not in value]
    removed = [str(each) for each in value if each not in wanted]
    noun = "group" if name == "cognito:groups" else "role"
    issued = token.claims.get("iat")
    parts = [_moved(noun, each, how, facts, issued) for each, how in ((added, "added"), (removed, "taken away"))]
    now = " ".join([*(f"+ {each}" for each in added), *(f"− {each}" for each in removed)]) or SAME
    said = " ".join(part for part in parts if part)
    return ClaimOrigin(comes_from, why, now, said + _or_trigger(facts) if said else "")


def _moved(noun: str, names: list[str], verb: str, facts: PoolFacts, issued: Any) -> str:
    if not names:
        return ""
    quoted = ", ".join(f"`{name}`" for name in names)
    subject = f"{noun}s {quoted} were" if len(names) > 1 else f"{noun} {quoted} was"
    became = "member" if verb == "added" else "not a member"
    # Several were moved at several times.
    when = since_issue(facts.changes, issued, names[0], became) if len(names) == 1 else ""
    return f"The {subject} {verb} {when}after this token was issued: refresh."


def _came_in(token: DecodedToken, facts: PoolFacts) -> str:
    """Of a token that names no group at all."""
    names = [each.name for each in facts.groups or ()]
    return _moved("group", names, "added", facts, token.claims.get("iat"))


def _attribute_origin(name: str, value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    mapped = facts.mapped_from.get(name, "")
    now, said = _compare(name, value, facts)
    when = since_issue(facts.changes, token.claims.get("iat"), name) if said else ""
    if when:
        said = f"{said} It was changed {when}after this token was issued."
    filled = f"Filled from {mapped} at every sign-in. " if mapped else "The user's attribute. "
    return ClaimOrigin("mapped attribute" if mapped else "attribute", filled + _let_in(name, facts), now, said)


def _trigger_origin(name: str, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    if facts.trigger is not None:
        event = facts.trigger.version
        if token.kind == "access" and event == "V1_0":
            return ClaimOrigin("unknown", "The trigger's event V1_0 cannot add claims to access tokens.")
        return ClaimOrigin("pre-token trigger", f"Added by {_function_name(facts)} (event {event}).")
    if facts.is_trigger_known:
        why = "The pool has no pre token generation trigger now: it was added by one that is gone, or it is forged."
        return ClaimOrigin("unknown", why, "none", f"{name} would not be written now.")
    return ClaimOrigin("pre-token trigger", "Probably: nothing else writes claims of this name.")


def _compare(name: str, value: Any, facts: PoolFacts) -> tuple[str, str]:
    if facts.user is None:
        return "", ""
    if name not in facts.user.attributes:
        return "not set", f"{name} is not set now." + _or_trigger(facts, "writes it")
    now = attribute_claims({name: facts.user.attributes[name]})[name]
    if now == value:
        return SAME, ""
    return as_text(now), f"{name} is {as_text(now)} now: refresh." + _or_trigger(facts, "overrides it")


def _let_in(name: str, facts: PoolFacts) -> str:
    client = facts.client
    if client is None:
        return "The app client's read permission lets it in."
    if reason := why_hidden(client, name, None):
        return f"{reason} It was let in before that, or a trigger adds it."
    if client.read_attributes:
        return f"{client.name or client.client_id} may read {name} (ReadAttributes)."
    return f"{client.name or client.client_id} lists no ReadAttributes, so Cognito's default lets it in."


def _why_absent(name: str, token: DecodedToken, facts: PoolFacts) -> str:
    if facts.client is not None and (reason := why_hidden(facts.client, name, None)):
        return reason
    since = "it was set after this token was issued"
    if "at_hash" in token.claims:
        return f"The sign-in did not ask for the scope {scope_of(name)}, or {since}."
    return f"Refresh to get it: {since}." + _or_trigger(facts)


def _or_trigger(facts: PoolFacts, does: str = "changes it") -> str:
    return f" Or {_function_name(facts)} {does} (pre token generation)." if facts.trigger is not None else ""


def _function_name(facts: PoolFacts) -> str:
    return facts.trigger.name if facts.trigger and facts.trigger.name else "the trigger"


def _is_attribute(name: str, facts: PoolFacts) -> bool:
    is_set = facts.user is not None and name in facts.user.attributes
    return is_set or name in _STANDARD or name.startswith(("custom:", "dev:"))


_SUB = "Given to the user once and for all by Cognito."
_GROUP_WHY = {
    "cognito:groups": "The user's groups when the token was issued, best precedence first.",
    "cognito:roles": "The IAM roles of those groups.",
    "cognito:preferred_role": "The role of the group with the lowest precedence number.",
}
_SPECIAL: dict[str, Callable[[Any, DecodedToken, PoolFacts], ClaimOrigin]] = {
    "sub": _subject,
    "iss": _issuer,
    "aud": _client,
    "client_id": _client,
    "username": _username,
    "cognito:username": _username,
    "exp": _expiry,
    "scope": _scope,
    "identities": _linked,
}
