"""Findings about a token's signature and header: who signed it, how, and what the header must not decide."""

from collections.abc import Iterator
from typing import Any

from cognito_explorer.core.auth.signatures import ASYMMETRIC
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, load_balancer_key_url
from cognito_explorer.core.insight.finding import Finding

_WHY_SIGNED = "Anybody can write a token. Only the signature proves that the issuer did."
_WHY_ALGORITHM = "Whoever lets the token choose the algorithm can be given one that proves nothing."
_WHY_KEYS = "A forger puts their own key here. A verifier that follows it accepts the forgery."
# Characters of base64url, by the family of the algorithm.
_LEAST = {"RS": 342, "PS": 342, "ES": 86, "Ed": 86, "ES384": 128, "ES512": 176}
_FORGED = "Refuse it, and find out where it came from."
_UNKNOWN_KEY = "No key fits the signature: rotated or foreign."
_WHOSE_KEY = " Either the pool changed its keys since, or the token is another pool's, or it is forged."
_FETCH_AGAIN = "Fetch the keys again. A verifier that keeps them for ever refuses good tokens after a change."
_AGAIN = "Copy the whole token again."
_OTHER_KEYS = "Check it with the issuer's own keys (--fetch-jwks), and refuse it where those do not fit either."
_NO_ISSUER = (
    "A nested JWT names no issuer whose keys could be fetched. With the key in a file, the command line checks it:"
    " cognito-explorer token --jwks FILE."
)
_ALGORITHM = (_WHY_ALGORITHM, _FORGED)
# What could lead a verifier to keys of the token's own choice (RFC 7515, sections 4.1.2, 4.1.3, 4.1.5 and 4.1.6).
_KEY_FIELDS = {
    "jwk": "brings a key of its own along",
    "jku": "names an address of keys",
    "x5c": "brings certificates of its own along",
    "x5u": "names an address of certificates",
}


def signature_findings(token: DecodedToken, check: SignatureCheck | None) -> Iterator[Finding]:
    """Signature, algorithm, key id, and header fields that must not be trusted, in this order."""
    yield _signature(token, check)
    yield _algorithm(token)
    key = _key_id(token, check)
    if key is not None:
        yield key
    yield from _key_fields(token.header)
    yield from _extensions(token.header)


def too_short(token: DecodedToken) -> str:
    """Why a signature cannot be whole, as a sentence; "" where it may be, where there is none, or where none is known.

    RFC 7518, sections 3.3 to 3.5: keys of RSA have 2048 bits or more, P-256's signatures 64 bytes, P-521's 132. RFC
    8032, section 5.1: Ed25519's have 64.
    """
    alg, raw = token.header.get("alg"), token.raw
    least = _LEAST.get(alg, _LEAST.get(alg[:2], 0)) if isinstance(alg, str) else 0
    length = len(raw.rpartition(".")[2].rstrip("=")) if raw.count(".") == 2 else 0
    if not 0 < length < least:
        return ""
    return f"Its signature has {length} characters; those of {alg} have {least} at least."


def _signature(token: DecodedToken, check: SignatureCheck | None) -> Finding:
    if short := too_short(token):
        # No key fits the beginning of a signature: that tells of whoever copied it, not of whoever signed it.
        detail = f"{short} It proves nothing as it is."
        return Finding("bad", "The signature was cut off.", detail, "signature", "", _WHY_SIGNED, _AGAIN)
    if check is None or check.state == "not checked":
        detail = check.detail if check else "Nothing below is proved until the signature is."
        remedy = "Connect to the pool, or have the issuer's keys fetched."
        if token.payload == "token":
            detail, remedy = _NO_ISSUER, "Ask whoever made it for the key."
        if address := load_balancer_key_url(token):
            detail = f"Its key, as PEM, is at {address}: in a file, cognito-explorer token --jwks FILE checks with it."
            remedy = "Get the key, and check the signature with it."
        return Finding("unknown", "The signature was not checked.", detail, "signature", "", _WHY_SIGNED, remedy)
    if check.state == "valid":
        by_aws = check.signer in ("", "AWS")
        detail = f"Signed with the pool's key {check.key_id}." if by_aws else check.detail
        return Finding("ok", "The signature is valid.", detail, "signature", "", _WHY_SIGNED)
    if check.state == "unknown key" and check.signer:
        title = f"No key in {check.signer} fits the signature."
        return Finding("bad", title, check.detail, "signature", "", _WHY_SIGNED, _OTHER_KEYS)
    if check.state == "unknown key" and isinstance(token.header.get("kid"), str):
        detail = f"{check.detail}{_WHOSE_KEY if token.pool_id else ''} Trust nothing in this token."
        return Finding("bad", _UNKNOWN_KEY, detail, "signature", "kid", _WHY_SIGNED, _FETCH_AGAIN)
    title = "The signature is wrong." if check.state == "invalid" else "No key fits the signature."
    detail = f"{check.detail} Trust nothing in this token."
    return Finding("bad", title, detail, "signature", "", _WHY_SIGNED, _FORGED)


def _algorithm(token: DecodedToken) -> Finding:
    named = token.header.get("alg")
    if named is None:
        title = "The header names no algorithm."
        return Finding("bad", title, "alg is required (RFC 7515, section 4.1.1).", "algorithm", "alg", *_ALGORITHM)
    if not isinstance(named, str):
        detail = "alg must be a string (RFC 7515, section 4.1.1)."
        return Finding("bad", "The algorithm is no name.", detail, "algorithm", "alg", *_ALGORITHM)
    if named.lower() == "none":
        detail = "alg is none: nobody signed it, and everybody can change it."
        return Finding("bad", "It is not signed at all.", detail, "algorithm", "alg", _WHY_ALGORITHM, _FORGED)
    if named.upper().startswith("HS"):
        detail = (
            f"alg is {named}, a shared secret's. A verifier that takes the public key for that secret accepts a forgery"
            " (RFC 8725, section 2.1)."
        )
        return Finding("bad", "It is signed with a shared secret.", detail, "algorithm", "alg", _WHY_ALGORITHM, _FORGED)
    if token.load_balancer and named != "ES256":
        detail = f"alg is {named}. Load balancers sign with ES256 alone."
        return Finding("bad", "The algorithm is not a load balancer's.", detail, "algorithm", "alg", *_ALGORITHM)
    if named == "RS256" or (not token.pool_id and named in ASYMMETRIC):
        return Finding("ok", f"The algorithm is {named}.", "", "algorithm", "alg", _WHY_ALGORITHM)
    detail = f"alg is {named}. Cognito signs with RS256, and verifiers should take nothing else from a user pool."
    return Finding("bad", "The algorithm is not Cognito's.", detail, "algorithm", "alg", _WHY_ALGORITHM, _FORGED)


def _key_id(token: DecodedToken, check: SignatureCheck | None) -> Finding | None:
    why = "Pools have two keys at a time and may change them; the key id says which one to take."
    key_id = token.header.get("kid")
    if key_id is None:
        detail = "There is no kid. A user pool always writes one."
        return Finding("bad" if token.pool_id else "info", "It names no key.", detail, "key id", "kid", why, _FORGED)
    if not isinstance(key_id, str):
        return Finding("bad", "The key id is no text.", "RFC 7515, section 4.1.4.", "key id", "kid", why, _FORGED)
    if any(mark in key_id for mark in ("/../", "../", "file:", "://", "\\", "\0", "'", "|", ";")):
        detail = "It looks like a path, an address or a command, meant for a careless verifier."
        return Finding("bad", "The key id is suspicious.", detail, "key id", "kid", why, _FORGED)
    if check is None or key_id not in check.known_key_ids:
        # That a key is not known is said of the signature.
        return None
    is_of_pool = token.pool_id and (check.signer in ("", "AWS") or "://" in check.signer)
    whose = "the pool's" if is_of_pool else "those that were asked"
    return Finding("ok", f"The key is one of {whose}.", key_id, "key id", "kid", why)


def _key_fields(header: dict[str, Any]) -> Iterator[Finding]:
    for name, does in _KEY_FIELDS.items():
        if name in header:
            detail = f"The header field {name} {does}. It was not followed. Cognito never writes it."
            yield Finding("bad", "The token chooses its own keys.", detail, "embedded key", name, _WHY_KEYS, _FORGED)


def _extensions(header: dict[str, Any]) -> Iterator[Finding]:
    if "crit" in header:
        detail = f"crit demands {header['crit']}; whoever does not know these must refuse (RFC 7515, section 4.1.11)."
        why = "An extension may change what the signature means."
        yield Finding("bad", "It demands unknown extensions.", detail, "extensions", "crit", why, _FORGED)
