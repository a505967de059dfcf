"""An authenticator and its browser, from the Web Authentication standard, sharing no code with the sandbox."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey. Everything a test may want to get wrong can be set."""

    algorithm: str = "ES256"
    origin: str = "http://localhost:5000"
    party: str = "localhost"
    flags: int = PRESENT | VERIFIED
    attestation: str = "none"
    counter: int = 0
    framed: dict[str, Any] = field(default_factory=lambda: {"crossOrigin": False})
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))

    def __post_init__(self) -> None:
        self._key: Any
        if self.algorithm == "ES256":
            self._key = ec.generate_private_key(ec.SECP256R1())
        else:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """RegistrationResponseJSON."""
        client_data = self._client_data("webauthn.create", options["challenge"])
        identity = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(WITH_KEY) + identity + cbor2.dumps(self._cose(), canonical=True)
        statement: dict[str, Any] = {}
        if self.attestation == "packed":
            statement = {"alg": self._cose()[3], "sig": self._sign(data + hashlib.sha256(client_data).digest())}
        attestation = cbor2.dumps({"fmt": self.attestation, "attStmt": statement, "authData": data})
        response = {"clientDataJSON": b64url(client_data), "attestationObject": b64url(attestation)}
        return self._credential(response | {"transports": ["internal"]})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """AuthenticationResponseJSON."""
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(0)
        signature = self._sign(data + hashlib.sha256(client_data).digest())
        response = {
            "clientDataJSON": b64url(client_data),
            "authenticatorData": b64url(data),
            "signature": b64url(signature),
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = b64url(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin} | self.framed).encode()

    def _data(self, more_flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + struct.pack(">BI", self.flags | more_flags, self.counter)

    def _sign(self, message: bytes) -> bytes:
        if self.algorithm == "ES256":
            return bytes(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return bytes(self._key.sign(message, padding.PKCS1v15(), hashes.SHA256()))

    def _cose(self) -> dict[int, Any]:
        numbers = self._key.public_key().public_numbers()
        if self.algorithm == "ES256":
            return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
