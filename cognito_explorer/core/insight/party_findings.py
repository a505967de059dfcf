"""Findings about who issued a token and for whom."""

from collections.abc import Iterator

from cognito_explorer.core.auth.issuer_likeness import unlike_cognitos
from cognito_explorer.core.auth.signatures import key_set_url
from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.finding import Finding, TokenContext

ADMIN_SCOPE = "aws.cognito.signin.user.admin"
_MOST_NAMES = 200
_WHY_ISSUER = "A key is only as good as the issuer it belongs to; another pool's tokens are well signed, too."
_WHY_LIKE = "A verifier that looks for parts of an address alone takes a stranger's tokens for AWS's."
_WHY_AUDIENCE = "A token for another app must not open this one."
_AUDIENCE = (_WHY_AUDIENCE, "Sign in with the app client that is expected, or let this one be expected.")
_CONFIGURATION = "Compare the pool id in the app's configuration with the verifier's."
_ITS_MAKER = "Look at what made it: a user pool always writes this claim."
_FORGED = "Refuse it, and find out where it came from."
_WHY_USE = "An ID token tells an app who signed in, an access token tells an API what may be done: never the other way."


def party_findings(token: DecodedToken, context: TokenContext) -> Iterator[Finding]:
    """Use, issuer and audience; then what the user's own verifier expects of the latter two."""
    yield _use(token)
    yield _issuer(token, context)
    yield _audience(token, context)
    yield from expected_findings(token, context)


def expected_findings(token: DecodedToken, context: TokenContext) -> Iterator[Finding]:
    """Issuer and audience, as far as somebody said which they expect."""
    if context.issuer:
        yield _expected_issuer(token, context.issuer, context.expected_where)
    if context.audience:
        yield _expected_audience(token, context.audience, context.expected_where)


def audiences_of(token: DecodedToken) -> tuple[str, ...]:
    """Everybody the token is meant for: aud, one or many, and client_id."""
    named = token.claims.get("aud")
    listed = named if isinstance(named, list) else [named]
    return tuple(each for each in (*listed, token.claims.get("client_id")) if isinstance(each, str) and each)


def is_of_identity_pool(token: DecodedToken) -> bool:
    """Whether the issuer is that of GetOpenIdToken. Like everything in a token, only the signature proves it."""
    return not token.pool_id and bool(key_set_url(token.issuer))


def _use(token: DecodedToken) -> Finding:
    if token.kind == "id":
        detail = "For your app and for identity pools, not for calling APIs."
        return Finding("ok", "This is an ID token.", detail, "use", "token_use", _WHY_USE)
    if token.kind == "access":
        scope = token.claims.get("scope")
        is_for_user = isinstance(scope, str) and ADMIN_SCOPE in scope.split()
        detail = f"For APIs{' and for self-service' if is_for_user else ''}, not for identity pools."
        return Finding("ok", "This is an access token.", detail, "use", "token_use", _WHY_USE)
    use = token.claims.get("token_use")
    if use is None and is_of_identity_pool(token):
        detail = "For AssumeRoleWithWebIdentity, and for services that trust the identity pool."
        return Finding("ok", "This is an identity pool's OpenID token.", detail, "use", "iss", _WHY_USE)
    title = "This token does not say what it is for." if use is None else f"Unknown use: {str(use)[:60]}."
    detail = "A user pool writes token_use id or access. It may come from another issuer."
    level = "bad" if token.pool_id else "warn"
    remedy = "Take it to its own issuer's services alone; where a user pool's token is expected, refuse it."
    return Finding("bad" if level == "bad" else "warn", title, detail, "use", "token_use", _WHY_USE, remedy)


def _issuer(token: DecodedToken, context: TokenContext) -> Finding:
    if not token.issuer:
        detail = "No verifier will accept it."
        return Finding("bad", "The token names no issuer.", detail, "issuer", "iss", _WHY_ISSUER, _ITS_MAKER)
    if is_of_identity_pool(token):
        return Finding("ok", "An identity pool issued it.", token.issuer, "issuer", "iss", _WHY_ISSUER)
    if not token.pool_id:
        return _other_issuer(token)
    if not key_set_url(token.issuer):
        detail = f"{token.issuer}: the Region in the host is not the pool's, or the domain is not that Region's."
        return Finding("bad", "AWS has no such issuer.", detail, "issuer", "iss", _WHY_ISSUER, _FORGED)
    if context.pool_id and token.pool_id != context.pool_id:
        detail = f"It comes from {token.pool_id}, not from {context.pool_id}: another environment, perhaps."
        return Finding("bad", "Another pool issued this token.", detail, "issuer", "iss", _WHY_ISSUER, _CONFIGURATION)
    if token.issuer != issuer_of(token.pool_id):
        detail = "API Gateway's Cognito authorizers and load balancers do not accept the updated issuer."
        remedy = "Let verifiers expect the issuer as it stands in the token; take another one where that cannot be set."
        return Finding("warn", "The issuer is in the updated form.", detail, "issuer", "iss", _WHY_ISSUER, remedy)
    if context.pool_id:
        return Finding("ok", "The issuer is right.", token.issuer, "issuer", "iss", _WHY_ISSUER)
    return Finding("info", "Issuer", token.issuer, "issuer", "iss", _WHY_ISSUER)


def _other_issuer(token: DecodedToken) -> Finding:
    if difference := unlike_cognitos(token.issuer):
        detail = f"{token.issuer[:300]} looks like Cognito's issuer, but differs by {difference}."
        return Finding("bad", "The issuer only looks like Cognito's.", detail, "issuer", "iss", _WHY_LIKE, _FORGED)
    remedy = "Have it checked with its own issuer's keys, by whoever trusts that issuer."
    return Finding("warn", "The issuer is not a user pool.", token.issuer, "issuer", "iss", _WHY_ISSUER, remedy)


def _audience(token: DecodedToken, context: TokenContext) -> Finding:
    claim = "client_id" if token.kind == "access" or "client_id" in token.claims else "aud"
    client_id = token.client_id or next(iter(audiences_of(token)), "")
    if not client_id:
        detail = "It cannot be said which app client this token is for."
        return Finding("bad", f"There is no {claim} claim.", detail, "audience", claim, _WHY_AUDIENCE, _ITS_MAKER)
    name = context.client_names.get(client_id, "")
    shown = f"“{name}” ({client_id})" if name else client_id
    if context.client_id and client_id != context.client_id:
        detail = f"{claim} is {shown}, expected {context.client_id}."
        return Finding("bad", "The token is for another app client.", detail, "audience", claim, *_AUDIENCE)
    if is_of_identity_pool(token):
        detail = "From the claim aud; sub is the identity's id."
        return Finding("info", f"For the identity pool {client_id}.", detail, "audience", claim, _WHY_AUDIENCE)
    if context.client_names and not name:
        return _missing_client(token, context, claim, client_id)
    if context.clients_unread and not context.client_id and token.pool_id:
        detail = f"{claim} is {client_id}. {context.clients_unread}"
        title = "It is not known which app client this is."
        remedy = "Open a connection that may list the pool's app clients."
        return Finding("unknown", title, detail, "audience", claim, _WHY_AUDIENCE, remedy)
    level = "ok" if context.client_id or name else "info"
    title = f"For the app client {shown}." if token.pool_id else f"For {shown}."
    return Finding(
        "ok" if level == "ok" else "info", title, f"From the claim {claim}.", "audience", claim, _WHY_AUDIENCE
    )


def _missing_client(token: DecodedToken, context: TokenContext, claim: str, client_id: str) -> Finding:
    pool = f"the app clients of {token.pool_id} ({len(context.client_names)} read)"
    if len(context.client_names) >= _MOST_NAMES:
        detail = f"{claim} is {client_id}, which is not among {pool}; there may be more."
        title = "It is not known which app client this is."
        remedy = "Look for this id among the pool's app clients."
        return Finding("unknown", title, detail, "audience", claim, _WHY_AUDIENCE, remedy)
    detail = f"{claim} is {client_id}, which is not among {pool}: deleted since, or another pool's."
    return Finding("bad", "The pool has no such app client.", detail, "audience", claim, *_AUDIENCE)


def _expected_issuer(token: DecodedToken, issuer: str, where: str) -> Finding:
    if token.issuer == issuer:
        return Finding("ok", "It is of the issuer that is expected.", issuer, "expected issuer", "iss", _WHY_ISSUER)
    named = token.issuer or "absent"
    detail = f"iss is {named}, expected {issuer}. Every character counts (RFC 7519, section 4.1.1). {where}".rstrip()
    title = "It is of another issuer than expected."
    return Finding("bad", title, detail, "expected issuer", "iss", _WHY_ISSUER, _CONFIGURATION)


def _expected_audience(token: DecodedToken, audience: str, where: str) -> Finding:
    found = audiences_of(token)
    if audience in found:
        return Finding(
            "ok", "It is for the audience that is expected.", audience, "expected audience", "aud", _WHY_AUDIENCE
        )
    detail = f"It names {', '.join(found[:5]) or 'nobody'}, expected {audience}. {where}".rstrip()
    title = "It is for another audience than expected."
    return Finding("bad", title, detail, "expected audience", "aud", *_AUDIENCE)
