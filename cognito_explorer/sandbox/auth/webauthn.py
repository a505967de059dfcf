"""What an authenticator signs: registration and assertion of Web Authentication Level 3, sections 7.1 and 7.2."""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal
from urllib.parse import urlsplit

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from cognito_explorer.sandbox.plain_json import read_json

ES256, RS256 = -7, -257
_USER_PRESENT, _USER_VERIFIED, _MAY_BACK_UP, _IS_BACKED_UP, _HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
_RSA_BITS = range(2048, 8193)
_RSA_EXPONENT_BITS = 32

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Complaint = Literal["malformed", "challenge", "origin", "relying party", "unsupported", "signature"]


class Refused(Exception):  # noqa: N818  # read as a sentence: refused, because
    """Why a credential is not accepted; `complaint` names the check that failed."""

    def __init__(self, complaint: Complaint, text: str) -> None:
        super().__init__(text)
        self.complaint = complaint
        self.text = text


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the relying party expects. `challenge` is base64url without padding."""

    relying_party_id: str
    challenge: str = field(repr=False)
    needs_verified_user: bool = False


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A registered credential; `public_key` is the COSE key as the authenticator wrote it."""

    credential_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    is_user_verified: bool
    may_back_up: bool = False


@dataclass(frozen=True, slots=True)
class _AuthenticatorData:
    raw: bytes
    flags: int
    sign_count: int
    rest: bytes


def verify_registration(credential: Mapping[str, Any], ceremony: Ceremony) -> NewCredential:
    """The credential in a RegistrationResponseJSON. Raises Refused."""
    response = _mapping(credential, "response")
    client_data = _check_client_data(response, "webauthn.create", ceremony)
    attestation, left = decode_cbor(_bytes(response, "attestationObject"))
    if left or not isinstance(attestation, dict) or not isinstance(attestation.get("authData"), bytes):
        raise Refused("malformed", "The attestation object is malformed.")
    data = _check_authenticator_data(attestation["authData"], ceremony)
    if not data.flags & _HAS_KEY or len(data.rest) < 18:
        raise Refused("malformed", "The authenticator data hold no credential.")
    (length,) = struct.unpack(">H", data.rest[16:18])
    credential_id, tail = data.rest[18 : 18 + length], data.rest[18 + length :]
    if len(credential_id) != length or encode(credential_id) != credential.get("id"):
        raise Refused("malformed", "The credential's id is not the authenticator's.")
    left = decode_cbor(tail)[1]
    public_key = tail[: len(tail) - len(left)]
    algorithm = read_public_key(public_key)[1]
    _check_attestation(attestation, data, (client_data, public_key, algorithm))
    return NewCredential(
        encode(credential_id),
        public_key,
        data.sign_count,
        is_user_verified=bool(data.flags & _USER_VERIFIED),
        may_back_up=bool(data.flags & _MAY_BACK_UP),
    )


def verify_assertion(
    credential: Mapping[str, Any],
    ceremony: Ceremony,
    public_key: bytes,
    *,
    sign_count: int,
    may_back_up: bool | None = None,
) -> int:
    """The new signature counter of an AuthenticationResponseJSON. Raises Refused.

    Whether a credential may be backed up never changes (section 6.1.3); None where that was not kept.
    """
    response = _mapping(credential, "response")
    client_data = _check_client_data(response, "webauthn.get", ceremony)
    data = _check_authenticator_data(_bytes(response, "authenticatorData"), ceremony)
    _check_signature(public_key, _bytes(response, "signature"), data.raw + hashlib.sha256(client_data).digest())
    if may_back_up is not None and bool(data.flags & _MAY_BACK_UP) != may_back_up:
        raise Refused("signature", "The credential's backup eligibility changed.")
    # Zero on both sides is an authenticator without a counter; one that does not grow is a copy.
    if (data.sign_count or sign_count) and data.sign_count <= sign_count:
        raise Refused("signature", "The signature counter did not grow.")
    return data.sign_count


def read_public_key(cose: bytes) -> tuple[PublicKey, int]:
    """Key and algorithm of a COSE key (RFC 9052 section 7), ES256 or RS256. Raises Refused."""
    key, left = decode_cbor(cose)
    if left or not isinstance(key, dict):
        raise Refused("malformed", "The public key is malformed.")
    try:
        if (key.get(1), key.get(3), key.get(-1)) == (2, ES256, 1):
            x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
            return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key(), ES256
        if (key.get(1), key.get(3)) == (3, RS256):
            n, e = (int.from_bytes(key[name], "big") for name in (-1, -2))
            if n.bit_length() in _RSA_BITS and e.bit_length() <= _RSA_EXPONENT_BITS:
                return rsa.RSAPublicNumbers(e, n).public_key(), RS256
    except (KeyError, TypeError, ValueError):
        raise Refused("malformed", "The public key is malformed.") from None
    raise Refused("unsupported", "The credential's algorithm is not supported.")


def decode_cbor(raw: bytes) -> tuple[Any, bytes]:
    """The first item and what stands behind it, strict as CTAP2 writes it. Raises Refused."""
    stream = BytesIO(raw)
    try:
        decoder = cbor2.CBORDecoder(stream, max_depth=8, allow_indefinite=False, allow_duplicate_keys=False)
        item = decoder.decode()
    except (cbor2.CBORError, ValueError, OverflowError, MemoryError):
        raise Refused("malformed", "The credential's CBOR is malformed.") from None
    return item, raw[stream.tell() :]


def encode(raw: bytes) -> str:
    """base64url without padding, as WebAuthn's JSON has it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url without padding; raises Refused."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused("malformed", "The credential's base64url is malformed.") from None


def is_allowed_origin(origin: str, relying_party_id: str) -> bool:
    """Whether a page of this origin may use the relying party's credentials: it or a subdomain, and by TLS."""
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    return is_secure and (host == relying_party_id or host.endswith(f".{relying_party_id}"))


def _check_client_data(response: Mapping[str, Any], kind: str, ceremony: Ceremony) -> bytes:
    raw = _bytes(response, "clientDataJSON")
    try:
        data = read_json(raw)
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.get("type") != kind:
        raise Refused("malformed", "The client data are not those of this ceremony.")
    if not hmac.compare_digest(str(data.get("challenge", "")).rstrip("=").encode(), ceremony.challenge.encode()):
        raise Refused("challenge", "The challenge is not the one that was given.")
    if not is_allowed_origin(str(data.get("origin", "")), ceremony.relying_party_id):
        raise Refused("origin", "The origin is not allowed.")
    # The pages are in no frame of another site: topOrigin comes with crossOrigin only.
    if data.get("crossOrigin") not in (None, False) or data.get("topOrigin") is not None:
        raise Refused("origin", "The page was in a frame of another origin.")
    return raw


def _check_authenticator_data(raw: bytes, ceremony: Ceremony) -> _AuthenticatorData:
    if len(raw) < 37:
        raise Refused("malformed", "The authenticator data are too short.")
    if not hmac.compare_digest(raw[:32], hashlib.sha256(ceremony.relying_party_id.encode()).digest()):
        raise Refused("relying party", "The credential is for another relying party.")
    flags, sign_count = struct.unpack(">BI", raw[32:37])
    if not flags & _USER_PRESENT:
        raise Refused("signature", "The user was not present.")
    if ceremony.needs_verified_user and not flags & _USER_VERIFIED:
        raise Refused("signature", "The user was not verified.")
    if flags & _IS_BACKED_UP and not flags & _MAY_BACK_UP:
        raise Refused("malformed", "The credential is backed up although it may not be.")
    return _AuthenticatorData(raw, flags, sign_count, raw[37:])


def _check_attestation(
    attestation: Mapping[str, Any], data: _AuthenticatorData, made: tuple[bytes, bytes, int]
) -> None:
    client_data, public_key, algorithm = made
    statement = attestation.get("attStmt")
    kind = attestation.get("fmt")
    if kind == "none" and statement == {}:
        return
    is_own = kind == "packed" and isinstance(statement, dict) and statement.keys() == {"alg", "sig"}
    if not is_own or statement is None or not isinstance(statement["sig"], bytes):
        raise Refused("unsupported", "The attestation is not supported.")
    if statement["alg"] != algorithm:
        raise Refused("unsupported", "The attestation's algorithm is not the credential's.")
    _check_signature(public_key, statement["sig"], data.raw + hashlib.sha256(client_data).digest())


def _check_signature(cose: bytes, signature: bytes, message: bytes) -> None:
    key, _ = read_public_key(cose)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("signature", "The signature is wrong.") from None


def _mapping(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = source.get(name)
    if not isinstance(value, dict):
        raise Refused("malformed", f"The credential has no {name}.")
    return value


def _bytes(source: Mapping[str, Any], name: str) -> bytes:
    value = source.get(name)
    if not isinstance(value, str):
        raise Refused("malformed", f"The credential has no {name}.")
    return decode(value)
