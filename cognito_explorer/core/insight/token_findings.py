"""What can be said about a token: signature, issuer, audience, use, times. Nothing in it is believed beforehand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, instant, issuer_of
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.finding import Finding, TokenContext

# Clocks differ a little everywhere; AWS's own verifiers allow minutes.
_SKEW = timedelta(minutes=2)
_LONG_AGO = timedelta(minutes=5)
_ADMIN_SCOPE = "aws.cognito.signin.user.admin"


def examine(token: DecodedToken, context: TokenContext) -> tuple[Finding, ...]:
    """Everything found out about a token, in the order a verifier checks (tokens.md, section 5)."""
    if token.kind == "refresh":
        detail = "Only Cognito can read it. Use it to get new tokens, and treat it like a password."
        return (Finding("info", "This is an encrypted refresh token.", detail),)
    found: list[Finding | None] = [
        _signature(context.signature),
        _use(token),
        _issuer(token, context),
        _audience(token, context),
    ]
    found += _times(token, context.now or datetime.now(UTC))
    found += _remarks(token)
    return tuple(finding for finding in found if finding is not None)


def is_expired(token: DecodedToken, *, now: datetime | None = None) -> bool:
    """Whether exp has passed; a token without exp counts as expired."""
    return token.expires_at is None or token.expires_at <= (now or datetime.now(UTC))


def _signature(check: SignatureCheck | None) -> Finding:
    if check is None or check.state == "not checked":
        detail = check.detail if check else "Nothing below is proved until the signature is."
        return Finding("info", "The signature was not checked.", detail)
    if check.state == "valid":
        return Finding("ok", "The signature is valid.", f"Signed with the pool's key {check.key_id}.")
    title = "The signature is wrong." if check.state == "invalid" else "No key fits the signature."
    return Finding("bad", title, f"{check.detail} Trust nothing in this token.")


def _use(token: DecodedToken) -> Finding:
    if token.kind == "id":
        return Finding("ok", "This is an ID token.", "For your app and for identity pools, not for calling APIs.")
    if token.kind == "access":
        return Finding("ok", "This is an access token.", "For APIs and for self-service, not for identity pools.")
    use = token.claims.get("token_use")
    title = "This token does not say what it is for." if use is None else f"Unknown use: {use}."
    return Finding("warn", title, "A user pool writes token_use id or access. It may come from another issuer.")


def _issuer(token: DecodedToken, context: TokenContext) -> Finding:
    if not token.issuer:
        return Finding("bad", "The token names no issuer.", "No verifier will accept it.")
    if not token.pool_id:
        return Finding("warn", "The issuer is not a user pool.", token.issuer)
    if context.pool_id and token.pool_id != context.pool_id:
        detail = f"It comes from {token.pool_id}, not from {context.pool_id}: another environment, perhaps."
        return Finding("bad", "Another pool issued this token.", detail)
    if token.issuer != issuer_of(token.pool_id):
        detail = "API Gateway's Cognito authorizers and load balancers do not accept the updated issuer."
        return Finding("warn", "The issuer is in the updated form.", detail)
    return (
        Finding("ok", "The issuer is right.", token.issuer)
        if context.pool_id
        else Finding("info", "Issuer", token.issuer)
    )


def _audience(token: DecodedToken, context: TokenContext) -> Finding:
    claim = "aud" if token.kind == "id" else "client_id"
    client_id = token.client_id
    if not client_id:
        return Finding("bad", f"There is no {claim} claim.", "It cannot be said which app client this token is for.")
    name = context.client_names.get(client_id, "")
    shown = f"“{name}” ({client_id})" if name else client_id
    if context.client_id and client_id != context.client_id:
        return Finding(
            "bad", "The token is for another app client.", f"{claim} is {shown}, expected {context.client_id}."
        )
    if context.client_names and not name:
        pool = f"the app clients of {token.pool_id} ({len(context.client_names)} read)"
        detail = f"{claim} is {client_id}, which is not among {pool}: deleted since, or another pool's."
        return Finding("warn", "The pool has no such app client.", detail)
    if context.clients_unread and not context.client_id:
        detail = f"{claim} is {client_id}. {context.clients_unread}"
        return Finding("info", "It is not known which app client this is.", detail)
    return Finding(
        "ok" if context.client_id or name else "info", f"For the app client {shown}.", f"From the claim {claim}."
    )


def _times(token: DecodedToken, now: datetime) -> Iterator[Finding | None]:
    yield _expiry(token, now)
    yield _not_before(token, now)
    yield _issued(token, now)
    yield _authenticated(token)


def _expiry(token: DecodedToken, now: datetime) -> Finding:
    expires_at = token.expires_at
    if expires_at is None:
        return Finding("bad", "The token does not say when it expires.", "The exp claim is missing or no time.")
    if expires_at <= now:
        detail = "Refresh it or sign in again."
        return Finding("bad", f"Expired {in_words(now - expires_at)} ago.", detail)
    return Finding("ok", f"Valid for {in_words(expires_at - now)} more.")


def _not_before(token: DecodedToken, now: datetime) -> Finding | None:
    not_before = instant(token.claims.get("nbf"))
    if not_before is None or not_before <= now + _SKEW:
        return None
    return Finding("bad", f"Not valid for another {in_words(not_before - now)}.", "The nbf claim lies in the future.")


def _issued(token: DecodedToken, now: datetime) -> Finding | None:
    issued_at, expires_at = instant(token.claims.get("iat")), token.expires_at
    if issued_at is None:
        return Finding("warn", "The token does not say when it was issued.", "The iat claim is missing or no time.")
    if issued_at > now + _SKEW:
        detail = "Either this computer's clock is slow or the issuer's is fast."
        return Finding("warn", f"Issued {in_words(issued_at - now)} in the future.", detail)
    lifetime = f"Its whole lifetime is {in_words(expires_at - issued_at)}." if expires_at else ""
    return Finding("info", f"Issued {in_words(now - issued_at)} ago.", lifetime)


def _authenticated(token: DecodedToken) -> Finding | None:
    signed_in_at, issued_at = instant(token.claims.get("auth_time")), instant(token.claims.get("iat"))
    if signed_in_at is None or issued_at is None or issued_at - signed_in_at < _LONG_AGO:
        return None
    detail = "Groups and attributes are as they were when it was refreshed."
    return Finding("info", f"Refreshed {in_words(issued_at - signed_in_at)} after the sign-in.", detail)


def _remarks(token: DecodedToken) -> Iterator[Finding]:
    """What the presence or absence of claims tells (tokens.md, section 8)."""
    claims = token.claims
    if token.kind == "access":
        yield from _access_remarks(token)
    if token.kind == "id" and claims.get("cognito:roles") and not claims.get("cognito:preferred_role"):
        detail = "Two groups share the best precedence. Identity pools fall back to their ambiguous role setting."
        yield Finding("warn", "No preferred role.", detail)
    if token.pool_id and token.kind in ("id", "access") and "origin_jti" not in claims and token.username:
        yield Finding("info", "Cannot be revoked.", "There is no origin_jti: token revocation is off for this client.")
    if claims.get("identities"):
        yield Finding("info", "Signed in through another identity provider.", "The claim identities names it.")


def _access_remarks(token: DecodedToken) -> Iterator[Finding]:
    scope = token.claims.get("scope")
    scopes = scope.split() if isinstance(scope, str) else []
    if token.client_id and token.claims.get("sub") == token.client_id:
        yield Finding("info", "A machine's token.", "From the client credentials grant: there is no user behind it.")
    elif scopes == [_ADMIN_SCOPE]:
        detail = "From a sign-in through the API. APIs that check OAuth scopes will refuse it."
        yield Finding("info", "It holds no OAuth scopes.", detail)
    elif _ADMIN_SCOPE not in scopes:
        detail = f"The scope {_ADMIN_SCOPE} is missing, so GetUser and the like answer “does not have required scopes”."
        yield Finding("info", "Not for self-service.", detail)
    if "aud" not in token.claims:
        yield Finding("info", "No aud claim, as usual.", "Verifiers that demand aud must check client_id instead.")
