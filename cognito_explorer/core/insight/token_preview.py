"""The tokens a sign-in would bring, put together from what the pool is set to: predicted, nobody signs in.

The rules are those of tokens.md's tables: which claims each token has, and which attributes a client and its scopes
let in. Ids and times that a sign-in draws are left out; a pre token generation function is not asked here.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import issuer_of
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.user_pools.app_clients import AppClient
from cognito_explorer.core.user_pools.groups import Group
from cognito_explorer.core.user_pools.users import User

ADMIN_SCOPE = "aws.cognito.signin.user.admin"
# Drawn at each sign-in: nobody can say them beforehand.
DRAWN = frozenset({"jti", "origin_jti", "event_id", "auth_time", "iat", "exp", "nonce", "at_hash"})
_RESOURCE = re.compile(r"https://[^\s/#]\S*|http://localhost(?=[:/]|$)\S*|(?!https?:)[A-Za-z][\w+.-]*:\S+")
_UNLISTED = (
    "the client lists no ReadAttributes. Cognito's console says that it reads all attributes then, and so it is"
    " predicted; the API reference names the standard ones alone."
)
_BOOLEANS = ("email_verified", "phone_number_verified")
_SCOPED = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}
# About a person: no machine gets them.
OPENID_SCOPES = frozenset({"openid", "email", "phone", "profile", ADMIN_SCOPE})
_ATTRIBUTE_SCOPES = {"email", "phone", "profile"}

LastStep = Literal["sign-in", "challenge", "device", "refresh"]


@dataclass(frozen=True, slots=True)
class Preview:
    """Claims of an ID and an access token as predicted; {} is a token that is not issued. `notes`: sentences.

    `is_refused`: Cognito would give none of them, and the first notes say why.
    """

    identity: dict[str, Any]
    access: dict[str, Any]
    notes: tuple[str, ...] = ()
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """Who signs in where. `scopes` are asked of the hosted UI; None is a sign-in through the API.

    `resource` is what the access token is bound to (RFC 8707), "" for none: a parameter of the OAuth endpoints.
    `last_step` is what brings the tokens: InitiateAuth or the hosted UI, RespondToAuthChallenge, its answer to a
    device's challenge, or GetTokensFromRefreshToken. `metadata` is the last step's ClientMetadata.
    """

    client: AppClient
    user: User | None = None
    groups: Sequence[Group] = field(default=())
    scopes: tuple[str, ...] | None = None
    trigger: PreTokenTrigger | None = None
    issuer: str = ""
    resource: str = ""
    last_step: LastStep = "sign-in"
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    remembers_devices: bool = True


def preview(request: PreviewRequest) -> Preview:
    """The claims Cognito would issue. Without a user: the access token of a machine (client credentials)."""
    if request.user is None:
        return _machine(request)
    shared = {"sub": request.user.sub, "iss": request.issuer or issuer_of(request.client.pool_id)}
    groups = group_claims(request.groups)
    access = shared | {name: value for name, value in groups.items() if name == "cognito:groups"}
    access |= {
        "client_id": request.client.client_id,
        "token_use": "access",
        "scope": " ".join(scopes_issued(request)),
        "username": request.user.username,
        "version": 2,
    } | _bound(request)
    identity: dict[str, Any] = {}
    asked = scopes_asked(request)
    if asked is None or "openid" in asked:
        shown = visible_attributes(request.client, request.user.attributes, asked)
        identity = attribute_claims(shown) | shared | {"cognito:username": request.user.username} | groups
        identity |= {"aud": request.client.client_id, "token_use": "id"}
    return _preview(request, identity, access)


def is_trigger_asked(request: PreviewRequest) -> bool:
    """Whether Cognito would ask the pool's function: about machines it asks with version 3 alone."""
    return request.trigger is not None and (request.user is not None or request.trigger.version == "V3_0")


def scopes_issued(request: PreviewRequest) -> tuple[str, ...]:
    """The scopes of the access token: one and the same through the API, those asked for otherwise.

    Whoever asks for none gets all that the client may have.
    """
    if request.user is None:
        return request.scopes or tuple(scope for scope in request.client.scopes if scope not in OPENID_SCOPES)
    asked = scopes_asked(request)
    return (ADMIN_SCOPE,) if asked is None else asked


def scopes_asked(request: PreviewRequest) -> tuple[str, ...] | None:
    """The scopes a person's sign-in comes to have asked for; None through the API, which knows none."""
    return None if request.scopes is None else request.scopes or request.client.scopes


def visible_attributes(
    client: AppClient, attributes: Mapping[str, str], scopes: Iterable[str] | None
) -> dict[str, str]:
    """The attributes that get into an ID token; `scopes` None is the API, where scopes keep nothing out."""
    return {name: value for name, value in attributes.items() if why_hidden(client, name, scopes) == ""}


def why_hidden(client: AppClient, attribute: str, scopes: Iterable[str] | None) -> str:
    """Why an attribute does not get into this client's ID token, as a sentence; "" where it does."""
    if attribute == "sub":
        return ""
    if attribute.startswith("dev:"):
        return "Developer-only attributes are never in tokens."
    if client.read_attributes and attribute not in client.read_attributes:
        return f"The app client {client.name or client.client_id} may not read {attribute} (ReadAttributes)."
    named = _ATTRIBUTE_SCOPES & set(scopes or ())
    if named and scope_of(attribute) not in named:
        return f"The sign-in did not ask for the scope {scope_of(attribute)}."
    return ""


def scope_of(attribute: str) -> str:
    """The OAuth scope that stands for an attribute."""
    return next((scope for scope, names in _SCOPED.items() if attribute in names), "profile")


def attribute_claims(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Attributes as ID tokens have them: verified flags are booleans, linked identities a list, the rest strings."""
    claims: dict[str, Any] = dict(attributes)
    for name in _BOOLEANS:
        if name in claims:
            claims[name] = str(claims[name]).lower() == "true"
    if "identities" in claims:
        claims["identities"] = _identities(str(claims["identities"]))
    return claims


def group_claims(groups: Sequence[Group]) -> dict[str, Any]:
    """cognito:groups, cognito:roles and cognito:preferred_role of groups in the order of their precedence."""
    if not groups:
        return {}
    claims: dict[str, Any] = {"cognito:groups": [group.name for group in groups]}
    with_role = [group for group in groups if group.role_arn]
    if not with_role:
        return claims
    claims["cognito:roles"] = list(dict.fromkeys(group.role_arn for group in with_role))
    best = {group.role_arn for group in with_role if group.precedence == with_role[0].precedence}
    return claims | ({"cognito:preferred_role": best.pop()} if len(best) == 1 else {})


def _machine(request: PreviewRequest) -> Preview:
    client = request.client
    access = {
        "sub": client.client_id,
        "token_use": "access",
        "scope": " ".join(scopes_issued(request)),
        "iss": request.issuer or issuer_of(client.pool_id),
        "version": 2,
        "client_id": client.client_id,
    } | _bound(request)
    return _preview(request, {}, access)


def _bound(request: PreviewRequest) -> dict[str, str]:
    """Through the API nobody can name a resource."""
    is_oauth = request.user is None or request.scopes is not None
    return {"aud": request.resource} if request.resource and is_oauth else {}


def _preview(request: PreviewRequest, identity: dict[str, Any], access: dict[str, Any]) -> Preview:
    refusals = (*_about_client(request), *_refused_scopes(request), *_refused_user(request.user))
    return Preview(identity, access, (*refusals, *_notes(request)), is_refused=bool(refusals))


def _notes(request: PreviewRequest) -> Iterable[str]:
    asked = scopes_asked(request)
    if request.user is not None and asked is not None and "openid" not in asked:
        yield "Without the scope openid no ID token is issued."
    yield from _about_trigger(request)
    if request.user is not None:
        if request.last_step == "device" and not request.remembers_devices:
            yield "The pool remembers no devices (DeviceConfiguration): nobody signs in this way."
        yield from _about_user(request.user)
        yield from _about_attributes(request, request.user.attributes)


def _about_client(request: PreviewRequest) -> Iterable[str]:
    client = request.client
    if request.user is None and not (client.is_oauth_enabled and "client_credentials" in client.oauth_flows):
        yield "The client does not allow the grant client_credentials: it would be refused (unauthorized_client)."
    if request.user is None and not scopes_issued(request):
        yield "There is no scope that the machine could have: it would be refused (invalid_scope)."
    if _bound(request) and not _RESOURCE.fullmatch(request.resource):
        yield (
            "The resource is no absolute address: https, http on localhost or a scheme of its own. It would be refused"
            " (invalid_request)."
        )
    if request.user is not None and request.scopes is not None and not client.can_sign_in:
        yield "The client cannot sign people in through the hosted UI with a code: it would be refused."


def _refused_scopes(request: PreviewRequest) -> Iterable[str]:
    asked = scopes_asked(request)
    if asked is None:
        return
    may_have = set(request.client.scopes) - (OPENID_SCOPES if request.user is None else set())
    missing = [scope for scope in scopes_issued(request) if scope not in may_have]
    if missing:
        yield f"The client does not allow {', '.join(missing)}: the sign-in would be refused (invalid_scope)."
    if request.user is None:
        return
    readable = request.client.read_attributes
    wanted = [name for scope in asked for name in _SCOPED.get(scope, ()) if readable and name not in readable]
    if wanted:
        yield f"The client may not read {', '.join(wanted)}, which a scope stands for: refused (invalid_grant)."


def _about_trigger(request: PreviewRequest) -> Iterable[str]:
    trigger = request.trigger
    if trigger is not None and not is_trigger_asked(request):
        yield f"The pre token generation function {trigger.name} gets events {trigger.version}: about people alone."


def _refused_user(user: User | None) -> Iterable[str]:
    if user is not None and not user.is_enabled:
        yield "The user is disabled: no sign-in would get this far."


def _about_user(user: User) -> Iterable[str]:
    if user.is_enabled and user.status != "CONFIRMED" and not user.status.startswith("EXTERNAL"):
        yield f"The user's status is {user.status}: the sign-in would ask for something more first."


def _about_attributes(request: PreviewRequest, attributes: Mapping[str, str]) -> Iterable[str]:
    hidden: dict[str, list[str]] = {}
    for name in sorted(attributes):
        hidden.setdefault(why_hidden(request.client, name, scopes_asked(request)), []).append(name)
    doubtful = [name for name in hidden.pop("", ()) if name.startswith("custom:")]
    if doubtful and not request.client.read_attributes:
        yield f"{', '.join(doubtful)}: {_UNLISTED}"
    for reason, names in hidden.items():
        yield f"{', '.join(names)} {'stays' if len(names) == 1 else 'stay'} out. {reason}"


def _identities(text: str) -> Any:
    """As tokens have them: the attribute's truth value and number are strings there."""
    try:
        rows = json.loads(text)
    except ValueError:
        return text
    if not isinstance(rows, list):
        return rows
    return [_identity(row) if isinstance(row, dict) else row for row in rows]


def _identity(row: dict[str, Any]) -> dict[str, Any]:
    as_strings = {name: str(row[name]) for name in ("primary", "dateCreated") if name in row}
    if "primary" in as_strings:
        as_strings["primary"] = as_strings["primary"].lower()
    return row | as_strings
