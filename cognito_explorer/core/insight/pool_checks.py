"""Checks of a user pool's settings against what an error says."""

from cognito_explorer.core.errors import NotFound
from cognito_explorer.core.insight.configuration import (
    Configuration,
    Verdict,
    confirmed,
    decide,
    elsewhere,
    ruled_out,
    unknown,
)
from cognito_explorer.core.user_pools.pool_overview import describe_password_policy

_CUSTOM = ("CreateAuthChallenge", "DefineAuthChallenge", "VerifyAuthChallengeResponse")
_WHOSE = {"email": "email_verified", "phone_number": "phone_number_verified"}


async def pool_missing(here: Configuration) -> Verdict:
    """Whether the pool does not exist in this Region and account."""
    try:
        pool = await here.pool()
    except NotFound:
        hint = elsewhere(here.pool_id, here.aws.region)
        return confirmed(f"There is no user pool {here.pool_id} in {here.aws.region} for this profile.{hint}")
    return ruled_out(f"The pool exists: {pool.name} ({pool.id}).")


async def sign_up_closed(here: Configuration) -> Verdict:
    """Whether only administrators create users."""
    pool = await here.pool()
    is_open = pool.sign_in.is_sign_up_open
    return decide(not is_open, f"Self-registration is {'open' if is_open else 'closed'} in {pool.name}.")


async def default_mail_sender(here: Configuration) -> Verdict:
    """Whether Cognito's own sender is used."""
    pool = await here.pool()
    sender = "Cognito's default sender, 50 messages a day" if pool.is_mail_sent_by_cognito else "Amazon SES"
    return decide(pool.is_mail_sent_by_cognito, f"{pool.name} sends mail through {sender}.")


async def triggers_set(here: Configuration) -> Verdict:
    """Which triggers there are; whether their functions work is not to be seen from here."""
    parts = await here.pool_parts()
    triggers = {name: value for name, value in parts.get("LambdaConfig", {}).items() if value}
    if not triggers:
        return ruled_out("The pool has no triggers.")
    said = "; ".join(
        f"{name}: {value if isinstance(value, str) else value.get('LambdaArn', '')}" for name, value in triggers.items()
    )
    return unknown(f"The pool calls {said}. Whether the function exists and works is seen in Lambda.")


async def custom_triggers_missing(here: Configuration) -> Verdict:
    """Whether a trigger that CUSTOM_AUTH needs is missing."""
    pool = await here.pool()
    missing = [name for name in _CUSTOM if name not in pool.triggers]
    return decide(bool(missing), f"Missing: {', '.join(missing)}." if missing else "All three triggers are set.")


async def device_tracking_on(here: Configuration) -> Verdict:
    """Whether devices are tracked."""
    pool = await here.pool()
    return decide(pool.device_tracking != "off", f"Device tracking of {pool.name}: {pool.device_tracking}.")


async def device_tracking_off(here: Configuration) -> Verdict:
    """Whether devices are not tracked."""
    pool = await here.pool()
    return decide(pool.device_tracking == "off", f"Device tracking of {pool.name}: {pool.device_tracking}.")


async def mfa_required(here: Configuration) -> Verdict:
    """Whether everybody needs a second factor."""
    pool = await here.pool()
    return decide(pool.mfa.mode == "ON", f"MFA of {pool.name} is {pool.mfa.mode}.")


async def mfa_factors(here: Configuration) -> Verdict:
    """Which factors are allowed."""
    mfa = (await here.pool()).mfa
    named = {"authenticator app": mfa.has_totp, "SMS": mfa.has_sms, "e-mail": mfa.has_email}
    allowed = [name for name, is_on in named.items() if is_on]
    said = f"Allowed: {', '.join(allowed) or 'no factor'}."
    return (
        unknown(f"{said} Which one the user has is not asked here: that would be billed.")
        if allowed
        else confirmed(said)
    )


async def totp_off(here: Configuration) -> Verdict:
    """Whether authenticator apps are off."""
    pool = await here.pool()
    state = "on" if pool.mfa.has_totp else "off"
    return decide(not pool.mfa.has_totp, f"Software tokens are {state} in {pool.name}, MFA is {pool.mfa.mode}.")


async def password_policy(here: Configuration) -> Verdict:
    """What the policy asks for."""
    pool = await here.pool()
    return unknown(f"The policy: {describe_password_policy(pool.password_policy)}")


async def password_history(here: Configuration) -> Verdict:
    """Whether earlier passwords are remembered."""
    size = (await here.pool()).password_policy.history_size
    return decide(size > 0, f"The pool remembers {size} earlier passwords.")


async def required_attributes(here: Configuration) -> Verdict:
    """Whether attributes are required beyond the subject."""
    pool = await here.pool()
    required = [spec.name for spec in pool.attributes if spec.is_required and spec.name != "sub"]
    named = [name for name in required if name in here.clues.message]
    if named:
        return confirmed(f"Required in {pool.name}, and named in the error: {', '.join(named)}.")
    return decide(bool(required), f"Required in {pool.name}: {', '.join(required) or 'nothing'}.")


async def unknown_attribute(here: Configuration) -> Verdict:
    """Whether the attribute that is named is not in the schema."""
    pool = await here.pool()
    word = here.clues.message.partition("schema:")[2].partition(":")[0].strip()
    if not word:
        return unknown("The error names no attribute.")
    names = {spec.name for spec in pool.attributes}
    return decide(word not in names, f"{word} is {'in' if word in names else 'not in'} the schema of {pool.name}.")


async def immutable_mapped(here: Configuration) -> Verdict:
    """Whether a provider maps an attribute that cannot be changed."""
    pool = await here.pool()
    fixed = {spec.name for spec in pool.attributes if not spec.is_mutable} - {"sub"}
    mappings = await here.provider_mappings()
    found = [f"{provider} maps {name}" for provider, map_ in mappings.items() for name in map_ if name in fixed]
    said = (
        f"{', '.join(found)}, which cannot be changed in {pool.name}" if found else "No provider maps an immutable one"
    )
    return decide(bool(found), f"{said}.")


async def required_unmapped(here: Configuration) -> Verdict:
    """Whether a provider does not map an attribute that is required."""
    pool = await here.pool()
    required = {spec.name for spec in pool.attributes if spec.is_required} - {"sub"}
    mappings = await here.provider_mappings()
    found = [f"{each} does not map {name}" for each, map_ in mappings.items() for name in sorted(required - set(map_))]
    return decide(bool(found), f"{', '.join(found) or 'Every required attribute is mapped by every provider'}.")


async def sign_in_names(here: Configuration) -> Verdict:
    """What may be a name in this pool."""
    sign_in = (await here.pool()).sign_in
    if sign_in.username_attributes:
        return confirmed(f"The username must be: {' or '.join(sign_in.username_attributes)}.")
    if sign_in.alias_attributes:
        return confirmed(f"The username must not look like an alias: {', '.join(sign_in.alias_attributes)}.")
    return ruled_out("Any username will do in this pool.")


async def recovery_ways(here: Configuration) -> Verdict:
    """Whether the user can use none of the ways of recovery."""
    pool = await here.pool()
    ways = ", ".join(pool.recovery) or "none set: phone number first, then e-mail"
    if not here.username:
        return unknown(f"Ways of recovery: {ways}.")
    user = await here.user()
    open_ways = [way for way in _WHOSE if f"verified_{way}" in pool.recovery or not pool.recovery]
    has = [way for way in open_ways if user.attributes.get(_WHOSE[way]) == "true"]
    return decide(
        not has, f"Ways of recovery: {ways}. Verified for {user.username}: {', '.join(has) or 'none of them'}."
    )


async def deletion_protected(here: Configuration) -> Verdict:
    """Whether the pool is protected against deletion."""
    pool = await here.pool()
    state = "active" if pool.is_deletion_protected else "not active"
    return decide(pool.is_deletion_protected, f"Deletion protection of {pool.name} is {state}.")


async def domain_set(here: Configuration) -> Verdict:
    """Whether the pool has a domain already."""
    pool = await here.pool()
    name = pool.custom_domain or pool.domain
    return decide(bool(name), f"{pool.name} has {name or 'no domain'}.")


async def plan_is_plus(here: Configuration) -> Verdict:
    """Which plan the pool has."""
    pool = await here.pool()
    return unknown(f"The plan of {pool.name} is {pool.tier or 'not told'}.")


async def passkeys_off(here: Configuration) -> Verdict:
    """Whether passkeys are no first factor."""
    factors = (await here.pool()).sign_in.first_factors
    return decide("WEB_AUTHN" not in factors, f"First factors: {', '.join(factors)}.")
