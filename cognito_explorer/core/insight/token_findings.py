"""What can be said about a token: signature, parties, times, types, scopes. Nothing in it is believed beforehand."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cognito_explorer.core.auth.jwt_reading import HALF_BYTE, Trouble
from cognito_explorer.core.auth.sign_in_ends import EndedBy, SignInEnd
from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.claim_types import type_findings
from cognito_explorer.core.insight.finding import Finding, TokenContext, UserState
from cognito_explorer.core.insight.party_findings import ADMIN_SCOPE, party_findings
from cognito_explorer.core.insight.signature_findings import signature_findings, too_short
from cognito_explorer.core.insight.time_findings import time_findings
from cognito_explorer.core.insight.user_claims_findings import user_claims_findings
from cognito_explorer.core.insight.weak_spots import weak_spots

_REFRESH = "Whoever has it gets new tokens until it ends or is revoked."
_WHY_UNREAD = "Nothing in it can be held against anything."
_SIGN_IN = "Sign in again."
_ASK = "Ask GetUser with the access token of the same sign-in."
_WHY_NESTED = "What the outer signature proves says nothing of the inner one's: each is checked by itself."
# A damaged part may have dozens.
_MOST_TROUBLES = 6
_ENDINGS: dict[EndedBy, tuple[str, str]] = {
    "revoked": ("You revoked it", "Sign in again."),
    "signed out": ("You signed its user out everywhere", "Sign in again."),
    "user disabled": ("You disabled its user", "Enable the user, then sign in again: that brings no token back."),
    "user deleted": ("You deleted its user", "A user made anew under this name has another sub, and other tokens."),
}
_USER_ENDS: dict[UserState, tuple[str, str, str]] = {
    "deleted": ("Its user was deleted.", "The pool has no user of this sub any longer.", _ENDINGS["user deleted"][1]),
    "replaced": (
        "Its user is not in the pool.",
        "The user of this name has another sub: made anew since, or this token was not issued to them.",
        _ENDINGS["user deleted"][1],
    ),
    "disabled": ("Its user is disabled.", "The pool says so now.", _ENDINGS["user disabled"][1]),
}
_ENDED = "Signature and time stay good: whoever checks nothing else does not notice."
_OFFLINE = "What checks signature and time alone takes it until it expires"
_TAKEN_BY: dict[TokenKind, str] = {
    "access": f"Cognito takes it no more. {_OFFLINE}: API Gateway, AppSync and most APIs.",
    "id": f"{_OFFLINE}: authorizers, and identity pools without ServerSideTokenCheck. Those with it refuse it.",
    "refresh": "Cognito gives no tokens for it any more.",
    "other": f"{_OFFLINE}.",
}
_SCOPES = "Scopes say what an API lets a token do."
_PROVIDER = "Their attributes are written by that provider at every sign-in; passwords and factors are its own."


def examine(token: DecodedToken, context: TokenContext, troubles: Sequence[Trouble] = ()) -> tuple[Finding, ...]:
    """Everything found out about a token, in the order a verifier checks (tokens.md, section 5).

    `troubles` are those that reading it met: each stands first, for what is damaged cannot be right.
    """
    damage = tuple(_damages(_not_told_twice(token, troubles)))
    if token.kind == "refresh":
        ends = (*_end(token, context.ended), *_user_end(token, context), *_refusal(context))
        return (*damage, *ends, _refresh(token), *(() if ends else (_unread(token),)))
    if token.payload == "token":
        return (*damage, *signature_findings(token, context.signature), *_nesting(token), *weak_spots(token, None))
    if token.load_balancer:
        return (*damage, *user_claims_findings(token, context, context.now or datetime.now(UTC)))
    if not token.claims and any(each.is_end for each in troubles):
        # Nothing can be said about claims that were cut off.
        return (*damage, *signature_findings(token, context.signature))
    now = context.now or datetime.now(UTC)
    found = (
        *signature_findings(token, context.signature),
        *party_findings(token, context),
        *time_findings(token, now, context.clock),
        *type_findings(token),
        *_end(token, context.ended),
        *_user_end(token, context),
        *_revocation(token, context),
        *_remarks(token),
        *weak_spots(token, context.client),
    )
    is_cut = any(each.is_end and each.part in ("whole", "claims") for each in troubles)
    return (*damage, *(_if_cut(each, token) if is_cut else each for each in found))


def is_expired(token: DecodedToken, *, now: datetime | None = None) -> bool:
    """Whether exp has passed; a token without exp counts as expired."""
    return token.expires_at is None or token.expires_at <= (now or datetime.now(UTC))


def scopes_of(token: DecodedToken) -> tuple[str, ...]:
    """The OAuth scopes in a token."""
    scope = token.claims.get("scope")
    return tuple(scope.split()) if isinstance(scope, str) else ()


def is_of_machine(token: DecodedToken) -> bool:
    """Whether it is from the client credentials grant: no user stands behind it."""
    return bool(token.client_id) and token.claims.get("sub") == token.client_id


def _nesting(token: DecodedToken) -> Iterator[Finding]:
    """Of a token without claims of its own there is nothing else to say (RFC 7519, section 5.2)."""
    detail = (
        "Its payload is another token instead of claims (RFC 7519, section 5.2). The inner one is looked at by itself."
    )
    yield Finding("info", "This is a nested JWT.", detail, "use", "", _WHY_NESTED)
    content = token.header.get("cty")
    if not isinstance(content, str) or content.upper() != "JWT":
        detail = "The header must have cty JWT (RFC 7519, section 5.2)."
        remedy = "Look at what made it: a verifier that goes by cty takes the payload for damaged claims."
        yield Finding("warn", "It does not say that it is nested.", detail, "nesting", "cty", _WHY_NESTED, remedy)


def _not_told_twice(token: DecodedToken, troubles: Sequence[Trouble]) -> Sequence[Trouble]:
    """That a signature was cut off is said by the finding about it."""
    if not too_short(token):
        return troubles
    return [each for each in troubles if each.part != "signature" or each.sentence != HALF_BYTE]


def _damages(troubles: Sequence[Trouble]) -> Iterator[Finding]:
    """One finding for each part that is damaged, in the order of the troubles."""
    for part in dict.fromkeys(each.part for each in troubles):
        there = [each for each in troubles if each.part == part]
        sentences = list(dict.fromkeys(each.sentence for each in there))
        rest = len(sentences) - _MOST_TROUBLES
        said = [*sentences[:_MOST_TROUBLES], *((f"And {rest} more.",) if rest > 0 else ())]
        yield _damage(Trouble(part, " ".join(said), is_end=any(each.is_end for each in there)))


def _damage(trouble: Trouble) -> Finding:
    places = {
        "whole": "The token is not whole.",
        "header": "The header is damaged.",
        "claims": "The claims are damaged.",
    }
    title = places.get(trouble.part, "The signature is damaged.")
    remedy = (
        "Copy the whole token again." if trouble.is_end else "Refuse it where it decides on access; have it made anew."
    )
    why = "Readers differ in what they make of it: one may see another token than the other."
    return Finding("bad", title, trouble.sentence, "form", "", why, remedy)


def _if_cut(finding: Finding, token: DecodedToken) -> Finding:
    """Of a token that was cut off, what is not there may have stood behind its end."""
    name = finding.claim
    if finding.level not in ("bad", "warn") or not name or name in token.claims or name in token.header:
        return finding
    detail = f"It was cut off before {name}, or {name} is not in it."
    remedy = "Copy the whole token again."
    return Finding("unknown", f"{name} could not be read.", detail, finding.check, name, finding.why, remedy)


def _refresh(token: DecodedToken) -> Finding:
    if not token.header:
        detail = "It has no form that could be read. Only its issuer knows what it is worth."
        return Finding("info", "This is an opaque refresh token.", detail, "use", "", _REFRESH)
    if not _is_cognitos(token):
        detail = "Only whoever holds the key can read it. It is not in the form of Cognito's refresh tokens."
        return Finding("info", "This is an encrypted token.", detail, "use", "enc", _WHY_UNREAD)
    detail = "Only Cognito can read it. Use it to get new tokens, and treat it like a password."
    return Finding("info", "This is an encrypted refresh token.", detail, "use", "", _REFRESH)


def _unread(token: DecodedToken) -> Finding:
    """A token that nobody but its issuer can read is never held to be good."""
    title = "Whether it was revoked or has expired is not known."
    detail = "Nothing that could be read tells. Only its issuer knows, and says it when the token is used."
    is_foreign = bool(token.header) and not _is_cognitos(token)
    why = _WHY_UNREAD if is_foreign else _REFRESH
    remedy = (
        "Ask its issuer." if is_foreign else "Refresh with it: Cognito answers NotAuthorizedException for a dead one."
    )
    return Finding("unknown", title, detail, "refresh", "", why, remedy)


def _is_cognitos(token: DecodedToken) -> bool:
    """Whether it is encrypted the way Cognito encrypts refresh tokens."""
    ways = token.header.get("alg", "RSA-OAEP"), token.header.get("enc", "A256GCM")
    return ways == ("RSA-OAEP", "A256GCM")


def _end(token: DecodedToken, ended: SignInEnd | None) -> Iterator[Finding]:
    if ended is None:
        return
    what, remedy = _ENDINGS[ended.by]
    yield Finding("bad", f"{what} at {ended.told_at}.", _TAKEN_BY[token.kind], "revocation", "", _ENDED, remedy)


def _user_end(token: DecodedToken, context: TokenContext) -> Iterator[Finding]:
    """What the pool says of the user now, where it was not done from here: that is told with its time."""
    if context.ended is not None or not context.user_state:
        return
    title, seen, remedy = _USER_ENDS[context.user_state]
    taken = _TAKEN_BY[token.kind]
    now = context.now or datetime.now(UTC)
    if token.expires_at is not None and token.expires_at > now:
        taken = taken.replace("until it expires", f"for {in_words(token.expires_at - now)} more, until it expires")
    yield Finding("bad", title, f"{seen} {taken}", "revocation", "sub" if token.claims else "", _ENDED, remedy)


def _refusal(context: TokenContext) -> Iterator[Finding]:
    """A refresh that Cognito refused."""
    if context.live is not None and context.live.state == "refused":
        yield Finding("bad", "Cognito takes it no more.", context.live.detail, "refresh", "", _REFRESH, _SIGN_IN)


def _revocation(token: DecodedToken, context: TokenContext) -> Iterator[Finding]:
    why, live = "Signature and time stay good after a sign-out: only Cognito knows.", context.live
    is_told = live is None and bool(context.ended or context.user_state)
    if is_told or not token.pool_id or token.kind not in ("id", "access"):
        return
    if live is not None and live.state == "accepted":
        yield Finding("ok", "Cognito still takes it.", live.detail, "revocation", "", why)
    elif live is not None and live.state == "refused":
        yield Finding("bad", "Cognito takes it no more.", live.detail, "revocation", "", why, _SIGN_IN)
    else:
        detail, remedy = (live.detail, _ASK) if live else _how_to_ask(token)
        yield Finding("unknown", "Whether it was revoked is not known.", detail, "revocation", "", why, remedy)


def _how_to_ask(token: DecodedToken) -> tuple[str, str]:
    if token.kind == "id":
        return "No claim tells, and GetUser takes access tokens alone: ask with the one of the same sign-in.", _ASK
    scopes = scopes_of(token)
    if ADMIN_SCOPE in scopes:
        return "No claim tells. It can be asked with GetUser.", _ASK
    detail = f"No claim tells, and GetUser does not take it: it lacks {ADMIN_SCOPE}."
    if "openid" in scopes:
        return detail, "Ask userInfo: it takes this token, but none that was revoked."
    return detail, "Refresh: what was revoked or signed out brings no new tokens."


def _remarks(token: DecodedToken) -> Iterator[Finding]:
    """What the presence or absence of claims tells (tokens.md, section 8)."""
    claims = token.claims
    if token.kind == "access":
        yield from _access_remarks(token)
    if token.kind == "id" and claims.get("cognito:roles") and not claims.get("cognito:preferred_role"):
        detail = "Two groups share the best precedence. Identity pools fall back to their ambiguous role setting."
        why, remedy = "Identity pools may choose the role by it.", "Give the groups different precedences."
        yield Finding("warn", "No preferred role.", detail, "roles", "cognito:preferred_role", why, remedy)
    if token.pool_id and token.kind in ("id", "access") and "origin_jti" not in claims and token.username:
        detail = "There is no origin_jti: token revocation is off for this client."
        why = "What cannot be revoked works until it expires, whoever has it."
        yield Finding("info", "Cannot be revoked.", detail, "revocability", "origin_jti", why)
    if claims.get("identities"):
        detail = "The claim identities names it."
        yield Finding(
            "info", "Signed in through another identity provider.", detail, "provider", "identities", _PROVIDER
        )


def _access_remarks(token: DecodedToken) -> Iterator[Finding]:
    scopes = scopes_of(token)
    if is_of_machine(token):
        detail = "From the client credentials grant: there is no user behind it."
        yield Finding("info", "A machine's token.", detail, "scopes", "sub", _SCOPES)
    elif scopes == (ADMIN_SCOPE,):
        detail = "From a sign-in through the API. APIs that check OAuth scopes will refuse it."
        remedy = "Sign in through the hosted UI or the authorize endpoint to get scopes."
        yield Finding("info", "It holds no OAuth scopes.", detail, "scopes", "scope", _SCOPES, remedy)
    elif ADMIN_SCOPE not in scopes:
        detail = f"The scope {ADMIN_SCOPE} is missing, so GetUser and the like answer “does not have required scopes”."
        yield Finding("info", "Not for self-service.", detail, "scopes", "scope", _SCOPES)
    else:
        yield Finding("ok", "It holds scopes.", " ".join(scopes)[:300], "scopes", "scope", _SCOPES)
    if "aud" not in token.claims:
        detail = "Verifiers that demand aud must check client_id instead."
        why = "Verifiers made for other issuers look at aud alone."
        yield Finding("info", "No aud claim, as usual.", detail, "audience", "aud", why)
