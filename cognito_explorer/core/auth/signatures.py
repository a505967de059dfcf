"""Signatures of tokens against a key set. Keys come from whoever is asked on purpose, never from the token itself."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from cognito_explorer.core.auth.jwt_reading import PADDED, STANDARD, ReadJwt, read_jwt
from cognito_explorer.core.auth.tokens import DecodedToken, SignatureCheck, domain_of, jwks_url

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http

# RFC 7518, section 3.1 and RFC 8037: what can be checked with a public key. No "none", no shared secrets.
ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
COGNITO = frozenset({"RS256"})
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_POOL_ISSUER = re.compile(
    r"https://(?:issuer-)?cognito-idp\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.(com|com\.cn|eu)/([a-z0-9-]+)_[0-9a-zA-Z]+"
)
_IDENTITY_ISSUER = re.compile(
    r"https://(?:cognito-identity|cognito-identity-us-gov|cognito-identity\.cn-north-1)\.amazonaws\.(com|com\.cn)"
)

_LEAST_BITS = 2_048
# What can be read all the same, and is no base64url.
_MISWRITTEN = (PADDED, STANDARD)
# Of keys without an id, each costs a check.
_MOST_TRIED = 100
_LONGEST_KEY_ID = 8


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where keys came from: "aws", an "endpoint" in its place, a "file", or an "issuer" somebody consented to."""

    kind: Literal["aws", "endpoint", "file", "issuer"]
    name: str = ""

    def signed_by(self) -> str:
        """Who signed what these keys fit, as a sentence."""
        if self.kind == "aws":
            return "Signed by the pool."
        if self.kind == "endpoint":
            return f"Signed by {self.name}, not AWS."
        return f"Signed by a key in {self.name}."

    def lacks_key(self) -> str:
        """That a key id is not among these keys, as a sentence."""
        if self.kind == "file":
            return "The file has no key of this id: it has the keys of another issuer, or of another day."
        if self.kind == "issuer":
            return "The issuer has no key of this id: an old key, or not its token."
        return "The pool has no key of this id: another pool, or an old key."

    def refuses(self) -> str:
        """That the key of the right id does not fit, as a sentence."""
        whose = {"file": "not signed by the file's key", "issuer": "not the issuer's"}.get(self.kind, "not the pool's")
        return f"The signature does not fit: changed, or {whose}."


class KeySet:
    """A JWKS with its keys made ready once. Whatever is no key in it is passed over."""

    def __init__(self, document: Mapping[str, Any], source: KeySource | None = None) -> None:
        keys = document.get("keys")
        self.source = source or KeySource("aws")
        self._keys = [each for each in keys if isinstance(each, dict)] if isinstance(keys, list) else []
        self._ready: dict[tuple[str, str], Any] = {}

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all keys."""
        return tuple(each["kid"] for each in self._keys if isinstance(each.get("kid"), str))

    @property
    def described(self) -> str:
        """The first ids, and how many keys have none, as the end of a sentence."""
        nameless = len(self._keys) - len(self.key_ids)
        told = [", ".join(_short(each) for each in self.key_ids[:4])] if self.key_ids else []
        told += [f"{nameless} without an id"] if nameless else []
        return " and ".join(told) or "none"

    def candidates(self, key_id: str, algorithm: str) -> list[Any]:
        """The key of an id; where none has it, those without an id that fit the algorithm, a hundred at most.

        An id is optional in keys and in tokens (RFC 7517, section 4.5; RFC 7515, section 4.1.4): for a token without
        one, every key of a file is tried. Raises ValueError where the key of the id does not fit.
        """
        if key_id in self.key_ids:
            return [self.key(key_id, algorithm)]
        is_open = not key_id and self.source.kind == "file"
        ready: list[Any] = []
        for each in self._keys:
            if len(ready) < _MOST_TRIED and (is_open or not isinstance(each.get("kid"), str)):
                with suppress(ValueError):
                    ready.append(_made_ready(each, algorithm))
        return ready

    def key(self, key_id: str, algorithm: str) -> Any:
        """The key of an id, ready for an algorithm. Raises KeyError for an unknown id, ValueError for a misfit."""
        ready = self._ready.get((key_id, algorithm))
        if ready is None:
            found = next((each for each in self._keys if each.get("kid") == key_id), None)
            if found is None:
                raise KeyError(key_id)
            ready = self._ready[key_id, algorithm] = _made_ready(found, algorithm)
        return ready


def key_set_url(issuer: str) -> str:
    """Where AWS itself publishes an issuer's keys; "" for every issuer that is not AWS's own.

    The Region in the host must be the pool's, and the partition's domain the Region's.
    """
    found = _POOL_ISSUER.fullmatch(issuer)
    if found and found[1] == found[3] and found[2] == domain_of(found[1]):
        return f"{issuer}/.well-known/jwks.json"
    if _IDENTITY_ISSUER.fullmatch(issuer) and (".cn-" in issuer) == issuer.endswith(".cn"):
        return f"{issuer}/.well-known/jwks_uri"
    return ""


def key_set_address(token: DecodedToken, endpoint_url: str = "") -> str:
    """Where a connection finds the keys of a token's issuer: at AWS, or at the endpoint in AWS's place. "": nowhere."""
    if not endpoint_url:
        return key_set_url(token.issuer)
    if token.pool_id:
        return jwks_url(token.pool_id, endpoint_url)
    is_of_identity_pool = bool(_IDENTITY_ISSUER.fullmatch(token.issuer))
    return f"{endpoint_url.rstrip('/')}/.well-known/jwks_uri" if is_of_identity_pool else ""


def verify(token: ReadJwt, keys: KeySet, *, algorithms: frozenset[str] | None = None) -> SignatureCheck:
    """Check a signature, times aside. jku, x5u, x5c and jwk are never followed. Loads cryptography: work off thread.

    Without `algorithms`, a user pool's token must be signed with RS256, any other's with a key that can be public.
    """
    allowed = algorithms or (COGNITO if token.decoded.pool_id else ASYMMETRIC)
    header = token.header
    key_id = header["kid"] if isinstance(header.get("kid"), str) else ""
    trouble = _objection(token, allowed)
    if trouble:
        return SignatureCheck("invalid", trouble, key_id)
    algorithm = str(header["alg"])
    try:
        tried = keys.candidates(key_id, algorithm)
    except ValueError as misfit:
        return SignatureCheck("invalid", str(misfit), key_id)
    if not any(_fits(token, key, algorithm) for key in tried):
        return _misfit(keys, key_id, len(tried), algorithm)
    signer = "AWS" if keys.source.kind == "aws" else keys.source.name
    return SignatureCheck("valid", keys.source.signed_by(), key_id, signer, keys.key_ids)


def _misfit(keys: KeySet, key_id: str, tried: int, algorithm: str) -> SignatureCheck:
    """That none of these keys signed it, or that none could be tried."""
    if key_id in keys.key_ids:
        return SignatureCheck("invalid", keys.source.refuses(), key_id)
    # A file may simply be the wrong one, which is said once; a pool's keys tell of the token.
    is_file = keys.source.kind == "file"
    known, of_file = ((), keys.source.name) if is_file else (keys.key_ids, "")
    lacks = keys.source.lacks_key() if key_id else "The token names no key, so the key cannot be found."
    if is_file and tried:
        lacks = f"None of its keys that {algorithm} can use and that may be meant ({tried}) made the signature."
    elif is_file and not key_id:
        lacks = f"The file has no key that {algorithm} can use."
    return SignatureCheck("unknown key", f"{lacks} Its keys: {keys.described}.", key_id, of_file, known)


def verify_signature(token: str, key_set: Mapping[str, Any], source: KeySource | None = None) -> SignatureCheck:
    """Check a signature against a JWKS; the times are not looked at. Work off thread: loads cryptography."""
    return verify(read_jwt(token), KeySet(key_set, source))


async def check_signature(http: "Http", token: str, url: str) -> SignatureCheck:
    """Fetch the keys (again, once, for an unknown key id: keys may rotate) and check. Raises ExplorerError."""
    source = source_of(url)
    check = await asyncio.to_thread(verify_signature, token, await http.key_set(url), source)
    if check.state == "unknown key":
        check = await asyncio.to_thread(verify_signature, token, await http.key_set(url, is_fresh=True), source)
    return check


def check_with_kept_keys(http: "Http", token: str, url: str) -> SignatureCheck | None:
    """The verdict by keys that were fetched earlier; None where they settle nothing and `check_signature` must ask."""
    kept = http.kept_key_set(url)
    check = None if kept is None else verify_signature(token, kept, source_of(url))
    return None if check is None or check.state == "unknown key" else check


def source_of(url: str) -> KeySource:
    """Whose keys an address gives: AWS's where it is one that AWS publishes them at, an endpoint's otherwise."""
    issuer = url.removesuffix("/.well-known/jwks.json").removesuffix("/.well-known/jwks_uri")
    if key_set_url(issuer) == url:
        return KeySource("aws")
    parts = urlsplit(url)
    return KeySource("endpoint", f"{parts.scheme}://{parts.netloc}")


def _short(key_id: str) -> str:
    """Enough of a key id to tell it from another."""
    return key_id if len(key_id) <= _LONGEST_KEY_ID else f"{key_id[:_LONGEST_KEY_ID]}…"


def _objection(token: ReadJwt, algorithms: frozenset[str]) -> str:
    """Why a token must be refused before any key is touched, or ""."""
    algorithm = token.header.get("alg")
    if token.form != "signed":
        return "It has no three parts: there is no signature to check."
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        wanted = "Cognito signs with RS256" if algorithms == COGNITO else "A public key cannot check it"
        return f"{wanted}; this says {algorithm}."
    if "crit" in token.header:
        return "Its header demands extensions (crit) that nobody here knows (RFC 7515, section 4.1.11)."
    if token.header.get("b64") is False:
        return "Its header says that the claims are not encoded, which crit must demand (RFC 7797, section 6)."
    damage = (each for each in token.troubles if each.is_end or each.part == "header" or each.sentence in _MISWRITTEN)
    stopped = next(damage, None)
    if stopped is None and not token.raw.isascii():
        return "It has characters that are not base64url (RFC 7515, section 2)."
    if stopped is not None:
        return f"The {stopped.part} is damaged. {stopped.sentence}"
    return "" if token.signature else "The signature is empty."


def _fits(token: ReadJwt, key: Any, algorithm: str) -> bool:
    import jwt

    return bool(jwt.get_algorithm_by_name(algorithm).verify(token.signed_text.encode(), key, token.signature))


def _made_ready(key: dict[str, Any], algorithm: str) -> Any:
    import jwt

    wanted = _KEY_TYPES[algorithm[:2]]
    if key.get("kty") != wanted:
        raise ValueError(f"The key of this id is of the type {key.get('kty')}; {algorithm} needs {wanted}.")
    if key.get("use", "sig") != "sig":
        raise ValueError("The key of this id is for encryption, not for signatures (RFC 7517, section 4.2).")
    if key.get("alg", algorithm) != algorithm:
        raise ValueError(f"The key of this id is for {key.get('alg')}, not for {algorithm} (RFC 7517, section 4.4).")
    if key.get("crv") != _CURVES.get(algorithm, key.get("crv")):
        raise ValueError(f"The key of this id is on the curve {key.get('crv')}, which is not {algorithm}'s.")
    public = {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "oth")}
    try:
        ready = jwt.PyJWK(public, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError) as trouble:
        raise ValueError("The key of this id is damaged.") from trouble
    if wanted == "RSA" and ready.key_size < _LEAST_BITS:
        raise ValueError(
            f"The key of this id has {ready.key_size:,} bits; 2,048 are the least (RFC 7518, section 3.3)."
        )
    return ready
