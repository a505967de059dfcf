"""Assertions that only one service provider can read (SAML core 2.3.4, XML encryption)."""

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.xml_signatures import XENC, add, element, find, parse, to_bytes

_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_ELEMENT = f"{XENC}Element"
_OAEP = f"{XENC}rsa-oaep-mgf1p"
# Without a DigestMethod.
_DEFAULT = hashes.SHA1
_DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": _DEFAULT,
    f"{XENC}sha256": hashes.SHA256,
}
# Cipher by its name: the mode, and the length of its key in bytes.
_CIPHERS = {
    f"{XENC}aes128-cbc": ("cbc", 16),
    f"{XENC}aes256-cbc": ("cbc", 32),
    f"{_XENC11}aes128-gcm": ("gcm", 16),
    f"{_XENC11}aes256-gcm": ("gcm", 32),
}
_BLOCK = 16
_NONCE = 12


def encrypt(assertion: Any, key: rsa.RSAPublicKey) -> Any:
    """The EncryptedAssertion only the key's owner can open."""
    secret, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    sealed = nonce + AESGCM(secret).encrypt(nonce, to_bytes(assertion), None)
    root = element("saml:EncryptedAssertion")
    data = add(root, "xenc:EncryptedData", {"Type": _ELEMENT})
    add(data, "xenc:EncryptionMethod", {"Algorithm": f"{_XENC11}aes256-gcm"})
    wrapped = add(add(data, "ds:KeyInfo"), "xenc:EncryptedKey")
    add(wrapped, "xenc:EncryptionMethod", {"Algorithm": _OAEP})
    for parent, text in ((wrapped, key.encrypt(secret, _padding(_DEFAULT()))), (data, sealed)):
        add(add(parent, "xenc:CipherData"), "xenc:CipherValue", text=base64.b64encode(text).decode())
    return root


def decrypt(root: Any, key: rsa.RSAPrivateKey) -> Any:
    """The assertion in the one EncryptedAssertion of a response; raises FederationProblem, always with one text."""
    data = find(root, "saml:EncryptedAssertion/xenc:EncryptedData")
    keys = find(root, "saml:EncryptedAssertion//xenc:EncryptedKey")
    if len(data) != 1 or len(keys) != 1 or find(root, "saml:Assertion"):
        raise _unreadable()
    mode, length = _CIPHERS.get(_algorithm(data[0]), ("", 0))
    try:
        secret = key.decrypt(_value(keys[0]), _padding(_digest(keys[0])))
        if not mode or len(secret) != length:
            raise _unreadable()
        sealed = _value(data[0])
        text = AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], None) if mode == "gcm" else _cbc(secret, sealed)
    except (ValueError, InvalidTag):
        raise _unreadable() from None
    return parse(text)


def _cbc(secret: bytes, sealed: bytes) -> bytes:
    """XML encryption 5.2.1: the last byte says how many there are too many."""
    opener = Cipher(algorithms.AES(secret), modes.CBC(sealed[:_BLOCK])).decryptor()
    text = opener.update(sealed[_BLOCK:]) + opener.finalize()
    if not text or not 1 <= text[-1] <= _BLOCK:
        raise _unreadable()
    return text[: -text[-1]]


def _padding(digest: hashes.HashAlgorithm) -> padding.OAEP:
    # The mask is made with SHA-1 whatever the digest is: that is what "mgf1p" stands for.
    return padding.OAEP(padding.MGF1(_DEFAULT()), digest, None)


def _digest(encrypted_key: Any) -> hashes.HashAlgorithm:
    if _algorithm(encrypted_key) != _OAEP:
        raise _unreadable()
    named = [found.get("Algorithm", "") for found in find(encrypted_key, "xenc:EncryptionMethod/ds:DigestMethod")]
    digest = _DIGESTS.get(named[0]) if named else _DEFAULT
    if digest is None:
        raise _unreadable()
    return digest()


def _algorithm(encrypted: Any) -> str:
    return next((str(found.get("Algorithm", "")) for found in find(encrypted, "xenc:EncryptionMethod")), "")


def _value(encrypted: Any) -> bytes:
    texts = [found.text or "" for found in find(encrypted, "xenc:CipherData/xenc:CipherValue")]
    try:
        return base64.b64decode("".join("".join(texts).split()), validate=True)
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> FederationProblem:
    return FederationProblem("Invalid SAML response received")
