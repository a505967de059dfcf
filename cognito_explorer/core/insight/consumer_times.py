"""For which times consumers refuse a token, and what is known of those that are not in seconds. Pure."""

from datetime import datetime

from cognito_explorer.core.auth.time_units import units_in
from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.insight.verifier_rules import Decision


def time_trouble(token: DecodedToken, now: datetime) -> Decision | None:
    """exp must be there and to come, nbf over where there is one."""
    units = units_in(token)
    if "exp" not in units and (token.expires_at is None or token.expires_at <= now):
        return "no", "exp", "It has expired." if token.expires_at else "It does not say when it expires."
    if "nbf" in units:
        return "no", "nbf", f"nbf is in {units['nbf'].unit}: as seconds it lies in the future."
    begins = instant(token.claims.get("nbf"))
    if begins is not None and begins > now:
        return "no", "nbf", "It is not valid yet."
    return None


def time_trouble_with_iat(token: DecodedToken, now: datetime) -> Decision | None:
    """The same of those who look at iat as well."""
    misread = units_in(token).get("iat")
    if misread is not None:
        return "no", "iat", f"iat is in {misread.unit}: as seconds it lies in the future; iat must be over."
    issued = instant(token.claims.get("iat"))
    if issued is not None and issued > now:
        return "no", "iat", "It was issued in the future; iat must be over."
    return time_trouble(token, now)


def of_units(found: Decision, token: DecodedToken, *, is_read_on: bool) -> Decision:
    """No document says what is made of times that are not in seconds. `is_read_on`: the source of this one does."""
    units = {claim: misread for claim, misread in units_in(token).items() if claim != "auth_time"}
    will, decisive, reason = found
    if will == "no" or not units:
        return found
    if is_read_on:
        ends = " It reads exp as seconds all the same: for it the token never expires." if "exp" in units else ""
        return will, decisive, f"{reason}{ends}"
    claim, misread = next(iter(units.items()))
    return "depends", claim, f"{claim} is in {misread.unit}; what this makes of it is not documented."
