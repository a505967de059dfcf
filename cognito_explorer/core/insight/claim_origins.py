"""Where each claim of a user pool's token comes from, what let it in, and what the pool says of it now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cognito_explorer.core.auth.tokens import DecodedToken, instant, issuer_of
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
NOT_KNOWN = "not known"
_NO_USER, _NONE, _NOT_SET = "no such user", "none", "not set"
# What `ClaimOrigin.now` says in place of a value: words of ours, which tell of nobody.
WORDS = frozenset({SAME, NOT_KNOWN, _NO_USER, _NONE, _NOT_SET})
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

    `now` is what the pool would write today: SAME, the other value, or "" where that was not read. `difference` is
    a sentence about it, "" where there is none; `doubt` one in its place where the pool's trigger may have written
    the value, so that `now` is NOT_KNOWN.
    """

    comes_from: str
    why: str = ""
    now: str = ""
    difference: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class AbsentClaim:
    """A claim that somebody may look for in vain: its name, what the pool has for it, and why it is not in."""

    name: str
    now: str
    reason: str


def origins_of(token: DecodedToken, facts: PoolFacts) -> dict[str, ClaimOrigin]:
    """The origin of every claim of a token, by name. Foreign issuers' claims come from their issuer."""
    if token.load_balancer:
        return {name: ClaimOrigin("load balancer", _BY_LOAD_BALANCER) for name in token.claims}
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
    gone = (
        ("The pool has no user of this sub any longer: deleted since.",)
        if facts.is_user_gone and not facts.namesake
        else ()
    )
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
        return _lost_subject(facts)
    return ClaimOrigin("user", _SUB, SAME if facts.user else "")


def _lost_subject(facts: PoolFacts) -> ClaimOrigin:
    if facts.namesake is None:
        return ClaimOrigin("user", _SUB, _NO_USER, "The user was deleted since this token was issued.")
    named = facts.namesake.username
    said = f"No user has this sub; the user {named} has another: made anew since, or this token was not issued to them."
    return ClaimOrigin("user", _SUB, facts.namesake.sub, said)


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
    if facts.client is None or instant(issued) is None or instant(value) is None:
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
    names = ", ".join(lost)
    said = f"The app client does not allow {names} now."
    # The event V1_0 has no scopes to change.
    if facts.trigger is None or facts.trigger.version == "V1_0":
        return ClaimOrigin("scope", why, f"− {names}", said)
    return _in_doubt("scope", why, f"the app client does not allow {names} any longer", "adds it", facts)


def _linked(value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    names = ", ".join(providers_in(token)) or "another identity provider"
    why = f"The user is linked to {names}. " + _let_in("identities", facts)
    return _compared("linked provider", why.strip(), *_compare("identities", value, facts), facts)


def _group_origin(name: str, value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    comes_from = "group" if name == "cognito:groups" else "group's role"
    why = _GROUP_WHY[name]
    if facts.groups is None:
        return ClaimOrigin(comes_from, why)
    # Cognito leaves a list out that would be empty.
    wanted = group_claims(facts.groups).get(name, [] if isinstance(value, list) else None)
    if wanted == value:
        return ClaimOrigin(comes_from, why, SAME)
    if not isinstance(value, list) or not isinstance(wanted, list):
        now = _NONE if wanted is None else as_text(wanted)
        if facts.trigger is not None:
            return _in_doubt(comes_from, why, f"{name} would be {now} now", "changes it", facts)
        return ClaimOrigin(comes_from, why, now, f"{name} would be {now} now: refresh.")
    added = [str(each) for each in wanted if each not in value]
    removed = [str(each) for each in value if each not in wanted]
    noun = "group" if name == "cognito:groups" else "role"
    issued = token.claims.get("iat")
    ways = ((added, "added"), (removed, "taken away"))
    moves = [move for names, verb in ways for move in _moved(noun, names, verb, facts, issued)]
    if not moves:
        return ClaimOrigin(comes_from, why, SAME)
    if facts.trigger is not None and not all(move.when for move in moves):
        return _in_doubt(comes_from, why, " and ".join(move.clause for move in moves), "changes it", facts)
    now = " ".join([*(f"+ {each}" for each in added), *(f"− {each}" for each in removed)])
    return ClaimOrigin(comes_from, why, now, " ".join(move.sentence for move in moves))


@dataclass(frozen=True, slots=True)
class _Move:
    """Groups or roles that came or went after a token was issued: `when` is how long after, "" where nobody knows."""

    clause: str
    when: str

    @property
    def sentence(self) -> str:
        return f"T{self.clause[1:]}: refresh."


def _moved(noun: str, names: Sequence[str], verb: str, facts: PoolFacts, issued: Any) -> list[_Move]:
    """Each that the journal knows the time of by itself, and the others together."""
    became = "member" if verb == "added" else "not a member"
    times = {name: since_issue(facts.changes, issued, _group_of(noun, name, facts), became) for name in names}
    others = tuple(name for name in names if not times[name])
    apart = [((name,), times[name]) for name in names if times[name]]
    return [_move(noun, each, verb, when) for each, when in (*apart, *(((others, ""),) if others else ()))]


def _move(noun: str, names: Sequence[str], verb: str, when: str) -> _Move:
    quoted = ", ".join(f"“{name}”" for name in names)
    subject = f"{noun}s {quoted} were" if len(names) > 1 else f"{noun} {quoted} was"
    return _Move(f"the {subject} {verb} {when}after this token was issued", when)


def _group_of(noun: str, name: str, facts: PoolFacts) -> str:
    """The group that a role came with, where it is of one alone: the journal knows groups."""
    if noun == "group":
        return name
    having = [each.name for each in facts.groups or () if each.role_arn == name]
    return having[0] if len(having) == 1 else ""


def _came_in(token: DecodedToken, facts: PoolFacts) -> str:
    """Of a token that names no group at all."""
    names = [each.name for each in facts.groups or ()]
    return " ".join(move.sentence for move in _moved("group", names, "added", facts, token.claims.get("iat")))


def _attribute_origin(name: str, value: Any, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    mapped = facts.mapped_from.get(name, "")
    now, said = _compare(name, value, facts)
    when = since_issue(facts.changes, token.claims.get("iat"), name) if said else ""
    filled = f"Filled from {mapped} at every sign-in. " if mapped else "The user's attribute. "
    comes_from, why = "mapped attribute" if mapped else "attribute", filled + _let_in(name, facts)
    if when:
        return ClaimOrigin(comes_from, why, now, f"{said}: refresh. It was changed {when}after this token was issued.")
    return _compared(comes_from, why, now, said, facts)


def _trigger_origin(name: str, token: DecodedToken, facts: PoolFacts) -> ClaimOrigin:
    if facts.trigger is not None:
        event = facts.trigger.version
        if token.kind == "access" and event == "V1_0":
            return ClaimOrigin("unknown", "The trigger's event V1_0 cannot add claims to access tokens.")
        return ClaimOrigin("pre-token trigger", f"Added by {_function_name(facts)} (event {event}).")
    if facts.is_trigger_known:
        why = "The pool has no pre token generation trigger now: it was added by one that is gone, or it is forged."
        return ClaimOrigin("unknown", why, _NONE, f"{name} would not be written now.")
    return ClaimOrigin("pre-token trigger", "Probably: nothing else writes claims of this name.")


def _compared(comes_from: str, why: str, now: str, said: str, facts: PoolFacts) -> ClaimOrigin:
    """What `_compare` said, which the pool's trigger may explain as well."""
    if said and facts.trigger is not None:
        return _in_doubt(comes_from, why, f"it was changed since ({said})", "writes it", facts)
    return ClaimOrigin(comes_from, why, now, f"{said}: refresh." if said else "")


def _in_doubt(comes_from: str, why: str, clause: str, does: str, facts: PoolFacts) -> ClaimOrigin:
    said = f"Not known: either {clause}, or {_function_name(facts)} {does} (pre token generation)."
    return ClaimOrigin(comes_from, why, NOT_KNOWN, doubt=said)


def _compare(name: str, value: Any, facts: PoolFacts) -> tuple[str, str]:
    """The pool's value and a clause about it, "" where it is the same or nobody knows."""
    if facts.user is None:
        return "", ""
    if name not in facts.user.attributes:
        return _NOT_SET, f"{name} is not set now"
    now = attribute_claims({name: facts.user.attributes[name]})[name]
    if now == value:
        return SAME, ""
    return as_text(now), f"{name} is {as_text(now)} now"


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


def _or_trigger(facts: PoolFacts) -> str:
    return f" Or {_function_name(facts)} changes it (pre token generation)." if facts.trigger is not None else ""


def _function_name(facts: PoolFacts) -> str:
    return facts.trigger.name if facts.trigger and facts.trigger.name else "the trigger"


def _is_attribute(name: str, facts: PoolFacts) -> bool:
    is_set = facts.user is not None and name in facts.user.attributes
    return is_set or name in _STANDARD or name.startswith(("custom:", "dev:"))


_BY_LOAD_BALANCER = "The load balancer wrote it, with what the provider's userInfo said at the sign-in."
_SUB = "Given to the user once and for all by Cognito."
_GROUP_WHY = {
    "cognito:groups": "All groups of the user, best precedence first.",
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
