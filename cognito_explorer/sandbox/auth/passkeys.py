"""A user's passkeys: what a browser is asked for, what is kept, and what a proof needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_explorer.sandbox.auth import webauthn
from cognito_explorer.sandbox.auth.mfa_settings import load_mfa_settings
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.domains import address_of
from cognito_explorer.sandbox.user_pools.mfa_config import load_mfa_config
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

MAX_PASSKEYS = 20
_TIMEOUT_S = 300
_ALGORITHMS = [{"type": "public-key", "alg": number} for number in (webauthn.ES256, webauthn.RS256)]
_REFUSALS: dict[webauthn.Complaint, str] = {
    "malformed": "InvalidParameterException",
    "challenge": "WebAuthnChallengeNotFoundException",
    "origin": "WebAuthnOriginNotAllowedException",
    "relying party": "WebAuthnRelyingPartyMismatchException",
    "unsupported": "WebAuthnCredentialNotSupportedException",
    "signature": "WebAuthnCredentialNotSupportedException",
}


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey. `created_at` is in epoch seconds."""

    credential_id: str
    relying_party_id: str
    name: str
    attachment: str
    transports: tuple[str, ...]
    created_at: float
    sign_count: int
    public_key: bytes = field(repr=False)
    may_back_up: bool | None = None


def relying_party_id(world: World, pool: dict[str, Any]) -> str:
    """The name passkeys are bound to. Raises WebAuthnNotEnabled- or WebAuthnConfigurationMissingException.

    By default it is the host of the pool's domain: in the sandbox that is localhost, as a browser sees it.
    """
    if "WEB_AUTHN" not in pool["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]:
        raise ServiceError("WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool.")
    given = load_mfa_config(world, pool).get("WebAuthnConfiguration", {}).get("RelyingPartyId")
    if given:
        return str(given)
    if address_of(world, pool["Id"]) is None:
        text = "The user pool has neither a relying party id nor a domain."
        raise ServiceError("WebAuthnConfigurationMissingException", text)
    return "localhost"


def start_registration(world: World, pool: dict[str, Any], user: User, client_id: str) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON for a signed-in user."""
    party = relying_party_id(world, pool)
    known = list_passkeys(world, user)
    if len(known) >= MAX_PASSKEYS:
        raise ServiceError("LimitExceededException", f"A user can have {MAX_PASSKEYS} passkeys.")
    challenge = webauthn.encode(world.chance.token_bytes(32))
    world.store.execute(
        "INSERT OR REPLACE INTO passkey_registrations (user_id, client_id, challenge, expires_at) VALUES (?, ?, ?, ?)",
        (user.id, client_id, challenge, world.clock.now() + _TIMEOUT_S),
    )
    return {
        "rp": {"id": party, "name": party},
        "user": {"id": webauthn.encode(user.sub.encode()), "name": user.username, "displayName": user.username},
        "challenge": challenge,
        "pubKeyCredParams": _ALGORITHMS,
        "timeout": _TIMEOUT_S * 1000,
        "excludeCredentials": [_descriptor(passkey) for passkey in known],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": _verification(world, pool),
        },
        "attestation": "none",
    }


def complete_registration(
    world: World, pool: dict[str, Any], user: User, client_id: str, credential: Mapping[str, Any]
) -> None:
    """Keep a passkey after checking what the browser made (RegistrationResponseJSON). Raises WebAuthn…Exceptions."""
    party = relying_party_id(world, pool)
    row = world.store.one("SELECT * FROM passkey_registrations WHERE user_id = ?", (user.id,))
    if row is None or world.clock.now() > row["expires_at"]:
        raise ServiceError("WebAuthnChallengeNotFoundException", "There is no registration to complete.")
    if row["client_id"] != client_id:
        raise ServiceError("WebAuthnClientMismatchException", "The registration was started with another client.")
    ceremony = webauthn.Ceremony(party, row["challenge"], needs_verified_user=_verification(world, pool) == "required")
    try:
        made = webauthn.verify_registration(credential, ceremony)
    except webauthn.Refused as refusal:
        raise ServiceError(_REFUSALS[refusal.complaint], refusal.text) from None
    known = list_passkeys(world, user)
    if any(passkey.credential_id == made.credential_id for passkey in known):
        raise ServiceError("InvalidParameterException", "The passkey is registered already.")
    transports = credential["response"].get("transports")
    body = {
        "relying_party_id": party,
        "name": f"Passkey {len(known) + 1}",
        "attachment": str(credential.get("authenticatorAttachment") or ""),
        "transports": [str(name) for name in transports] if isinstance(transports, list) else [],
        "may_back_up": made.may_back_up,
    }
    world.store.execute(
        "INSERT INTO passkeys (user_id, credential_id, public_key, sign_count, created_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (user.id, made.credential_id, made.public_key, made.sign_count, world.clock.now(), json.dumps(body)),
    )
    world.store.execute("DELETE FROM passkey_registrations WHERE user_id = ?", (user.id,))


def list_passkeys(world: World, user: User) -> list[Passkey]:
    """A user's passkeys, oldest first."""
    sql = "SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_at, credential_id"
    return [read_passkey(row) for row in world.store.all(sql, (user.id,))]


def request_options(world: World, pool: dict[str, Any], user: User, challenge: str) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON for a sign-in."""
    return {
        "challenge": challenge,
        "timeout": 180_000,
        "rpId": relying_party_id(world, pool),
        "allowCredentials": [_descriptor(passkey) for passkey in list_passkeys(world, user)],
        "userVerification": _verification(world, pool, user),
    }


def prove_passkey(
    world: World, pool: dict[str, Any], user: User, challenge: str, credential: Mapping[str, Any]
) -> None:
    """Check an AuthenticationResponseJSON. Raises Refused."""
    known = {passkey.credential_id: passkey for passkey in list_passkeys(world, user)}
    passkey = known.get(str(credential.get("id")))
    if passkey is None:
        raise webauthn.Refused("signature", "The credential is not the user's.")
    needs_verified = _verification(world, pool, user) == "required"
    ceremony = webauthn.Ceremony(relying_party_id(world, pool), challenge, needs_verified_user=needs_verified)
    count = webauthn.verify_assertion(
        credential,
        ceremony,
        passkey.public_key,
        sign_count=passkey.sign_count,
        may_back_up=passkey.may_back_up,
    )
    world.store.execute(
        "UPDATE passkeys SET sign_count = ? WHERE user_id = ? AND credential_id = ?",
        (count, user.id, passkey.credential_id),
    )


def describe_passkey(passkey: Passkey) -> dict[str, Any]:
    """A passkey in API shape."""
    shown = {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": passkey.created_at,
    }
    return shown | ({"AuthenticatorAttachment": passkey.attachment} if passkey.attachment else {})


def passkeys_count_as_mfa(world: World, pool: dict[str, Any], user: User) -> bool:
    """Whether a verified passkey satisfies a user who needs a second factor."""
    config = load_mfa_config(world, pool).get("WebAuthnConfiguration", {})
    is_multi = config.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"
    return is_multi and load_mfa_settings(world, user).has_passkey_mfa


def _verification(world: World, pool: dict[str, Any], user: User | None = None) -> str:
    if user is not None and passkeys_count_as_mfa(world, pool, user):
        return "required"
    return str(load_mfa_config(world, pool).get("WebAuthnConfiguration", {}).get("UserVerification", "preferred"))


def _descriptor(passkey: Passkey) -> dict[str, Any]:
    return {"type": "public-key", "id": passkey.credential_id, "transports": list(passkey.transports)}


def read_passkey(row: Row) -> Passkey:
    """A row of the passkeys table as a record."""
    body = json.loads(row["body"])
    return Passkey(
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        created_at=row["created_at"],
        **body | {"transports": tuple(body["transports"])},
    )
