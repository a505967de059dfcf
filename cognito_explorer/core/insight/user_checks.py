"""Checks of a user's state against what an error says. The user comes from ListUsers, which makes nobody billable."""

from cognito_explorer.core.insight.configuration import Configuration, Verdict, confirmed, decide, ruled_out, unknown
from cognito_explorer.core.user_pools.user_status import is_invitation_expired, status_meaning
from cognito_explorer.core.user_pools.users import User

_CONTACTS = ("email", "phone_number")


async def user_missing(here: Configuration) -> Verdict:
    """Whether there is no such user."""
    user = await here.user_or_none()
    if user is None:
        return confirmed(f"The pool {here.pool_id} has no user “{here.username}”.")
    return ruled_out(f"The user exists: {user.username}, {user.status}.")


async def user_exists(here: Configuration) -> Verdict:
    """Whether there is such a user."""
    user = await here.user_or_none()
    return decide(user is not None, f"“{here.username}” {'is taken' if user else 'is free'} in {here.pool_id}.")


async def user_disabled(here: Configuration) -> Verdict:
    """Whether the user is disabled."""
    user = await here.user()
    return decide(not user.is_enabled, f"{user.username} is {'enabled' if user.is_enabled else 'disabled'}.")


async def invitation_expired(here: Configuration) -> Verdict:
    """Whether the temporary password has run out."""
    user, pool = await here.user(), await here.pool()
    days = pool.password_policy.temporary_validity_days
    if user.status != "FORCE_CHANGE_PASSWORD":
        return ruled_out(f"{user.username} has no temporary password: {user.status}.")
    meaning = status_meaning(user, days)
    return decide(is_invitation_expired(user, days), f"{user.username}: {meaning.sentence}")


async def short_invitations(here: Configuration) -> Verdict:
    """Whether invitations live shorter than Cognito's own week."""
    days = (await here.pool()).password_policy.temporary_validity_days
    return decide(days < 7, f"Temporary passwords live {days} days.")


async def user_invited(here: Configuration) -> Verdict:
    """Whether the user was invited and never chose a password."""
    return await _has_status(here, "FORCE_CHANGE_PASSWORD")


async def user_unconfirmed(here: Configuration) -> Verdict:
    """Whether the user never confirmed the account."""
    return await _has_status(here, "UNCONFIRMED")


async def user_confirmed(here: Configuration) -> Verdict:
    """Whether the user is confirmed."""
    return await _has_status(here, "CONFIRMED")


async def user_reset_required(here: Configuration) -> Verdict:
    """Whether the user has to reset the password."""
    return await _has_status(here, "RESET_REQUIRED")


async def user_external(here: Configuration) -> Verdict:
    """Whether the user comes from another identity provider."""
    return await _has_status(here, "EXTERNAL_PROVIDER")


async def username_case(here: Configuration) -> Verdict:
    """Whether another user's name differs by case only."""
    pool = await here.pool()
    if not pool.sign_in.is_case_sensitive:
        return ruled_out("The pool does not tell upper from lower case.")
    if not here.username:
        return unknown("The pool tells upper from lower case. Say whom it is about.")
    name = here.username
    variants = {name.lower(), name.upper(), name.capitalize(), name.swapcase()} - {name}
    found = [user.username for each in sorted(variants) for user in await here.users_with("username", each)]
    if "@" in name:
        found += [user.username for each in sorted(variants) for user in await here.users_with("email", each)]
    others = ", ".join(f"“{each}”" for each in dict.fromkeys(found))
    said = f"“{name}” was typed, and there is {others}." if others else f"No other case of “{name}” exists."
    return decide(bool(others), f"The pool tells upper from lower case. {said}")


async def username_is_alias(here: Configuration) -> Verdict:
    """Whether what was typed is an alias and not the username."""
    user = await here.user()
    is_alias = user.username != here.username
    return decide(
        is_alias, f"“{here.username}” {'is an alias of the username' if is_alias else 'is'} “{user.username}”."
    )


async def contact_unverified(here: Configuration) -> Verdict:
    """Whether an address is there and not verified, or none is."""
    user = await here.user()
    typed = next((each for each in _CONTACTS if user.attributes.get(each) == here.username), "")
    states = {each: user.attributes.get(f"{each}_verified", "false") for each in _CONTACTS if each in user.attributes}
    if not states:
        return confirmed(f"{user.username} has neither an e-mail address nor a phone number.")
    said = "; ".join(f"{each}_verified is “{state}”" for each, state in states.items())
    is_bad = states[typed] != "true" if typed else "true" not in states.values()
    return decide(is_bad, f"{user.username}: {said}.")


async def verified_capital(here: Configuration) -> Verdict:
    """Whether a verified flag is written in a way that clients take for no."""
    user = await here.user()
    flags = {f"{each}_verified": user.attributes.get(f"{each}_verified", "") for each in _CONTACTS}
    odd = {name: value for name, value in flags.items() if value and value not in ("true", "false")}
    said = "; ".join(f"{name} is “{value}” and not “{value.lower()}”" for name, value in odd.items())
    return decide(bool(odd), f"{user.username}: {said or 'the flags are spelled as they should be'}.")


async def address_taken(here: Configuration) -> Verdict:
    """Whether somebody has the address verified, and who: the alias is theirs."""
    found = [each for each in await _sharing(here) if each.attributes.get("email_verified") == "true"]
    names = ", ".join(f"{each.username} ({each.status})" for each in found)
    return decide(bool(found), f"The e-mail address of “{here.username}” is verified for: {names or 'nobody'}.")


async def address_twice(here: Configuration) -> Verdict:
    """Whether several users have the same address."""
    found = await _sharing(here)
    names = ", ".join(f"{each.username} ({each.status})" for each in found)
    return decide(len(found) > 1, f"With the e-mail address of “{here.username}”: {names or 'nobody'}.")


async def address_federated(here: Configuration) -> Verdict:
    """Whether a profile of another provider has the address."""
    found = [each for each in await _sharing(here) if each.status == "EXTERNAL_PROVIDER"]
    names = ", ".join(each.username for each in found)
    said = f"Profiles of other providers with the e-mail address of “{here.username}”: {names or 'none'}."
    return decide(bool(found), said)


async def groups_without_role(here: Configuration) -> Verdict:
    """Whether none of the user's groups has a role."""
    groups = await here.groups()
    names = ", ".join(each.name for each in groups) or "no groups"
    return decide(
        not any(each.role_arn for each in groups), f"{here.username} is in {names}; with a role: {_with(groups)}."
    )


async def ambiguous_groups(here: Configuration) -> Verdict:
    """Whether several groups share the best precedence and have different roles."""
    groups = [each for each in await here.groups() if each.role_arn]
    best = [each for each in groups if each.precedence == groups[0].precedence]
    is_tie = len({each.role_arn for each in best}) > 1
    said = ", ".join(f"{each.name} ({each.precedence}, {each.role_arn.rpartition('/')[2]})" for each in groups)
    return decide(is_tie, f"Groups with precedence and role: {said or 'none'}.")


def _with(groups: tuple[object, ...]) -> str:
    names = [getattr(each, "name", "") for each in groups if getattr(each, "role_arn", "")]
    return ", ".join(names) or "none"


async def _sharing(here: Configuration) -> tuple[User, ...]:
    address = here.username if "@" in here.username else (await here.user()).email
    return await here.users_with("email", address) if address else ()


async def _has_status(here: Configuration, status: str) -> Verdict:
    user = await here.user()
    return decide(user.status == status, f"{user.username} is {user.status}.")
