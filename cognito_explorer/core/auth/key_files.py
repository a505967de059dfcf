"""Public keys out of a file: a JSON Web Key Set, a JWK, a list of them, PEM, or PEM by key id."""

import json
import re
from contextlib import suppress
from itertools import islice
from typing import Any

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----")
_MOST_KEYS = 100


def key_set_in(raw: bytes) -> dict[str, Any]:
    """The keys in a file as a JSON Web Key Set; those of PEM (RFC 7468) have no id. Raises ValueError with a reason.

    Google publishes certificates in PEM by key id, load balancers one key in PEM.
    """
    if b"-----BEGIN" in raw and raw.lstrip()[:1] not in (b"{", b"["):
        return {"keys": _keys_of(raw.decode("ascii", "replace"))}
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as trouble:
        raise ValueError("is no JSON Web Key Set, and no public key in PEM") from trouble
    if isinstance(document, list):
        document = {"keys": document}
    if isinstance(document, dict) and "keys" not in document:
        document = {"keys": [document] if "kty" in document else _by_id(document)}
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("is no JSON Web Key Set, and no public key in PEM")
    if not any(isinstance(each, dict) and "kty" in each for each in keys):
        raise ValueError("has no keys in it")
    return {"keys": keys}


def _by_id(document: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Of an object whose members are all PEM, the keys by their ids."""
    is_one = bool(document) and all(isinstance(each, str) and "-----BEGIN" in each for each in document.values())
    if not is_one:
        return None
    return [key | {"kid": key_id} for key_id, text in document.items() for key in _keys_of(text)]


def _keys_of(text: str) -> list[dict[str, Any]]:
    found = [_key_of(each[1], each[0].encode()) for each in islice(_PEM.finditer(text), _MOST_KEYS)]
    if not found:
        raise ValueError("has PEM in it that was cut off or damaged")
    return found


def _key_of(label: str, block: bytes) -> dict[str, Any]:
    import jwt
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    if "PRIVATE" in label:
        raise ValueError("holds a private key: give the public one alone")
    try:
        key = load_pem_x509_certificate(block).public_key() if label == "CERTIFICATE" else load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm) as trouble:
        raise ValueError("has PEM in it that is no public key and no certificate") from trouble
    with suppress(jwt.PyJWTError):  # a curve of which no JWT has heard
        if isinstance(key, rsa.RSAPublicKey):
            return dict(jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True))
        if isinstance(key, ec.EllipticCurvePublicKey):
            return dict(jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True))
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            return dict(jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True))
    raise ValueError("has a key in it that no JWT is signed with")
