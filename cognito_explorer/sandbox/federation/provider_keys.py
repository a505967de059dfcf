"""The keys and certificates the sandbox signs with as a provider, and as a SAML service provider."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from cognito_explorer.sandbox.world import World

_LIFETIME = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """An RSA key with a certificate it signed itself; `kid` names it in a key set."""

    kid: str
    key: rsa.RSAPrivateKey = field(repr=False)
    certificate_pem: str

    @property
    def certificate_text(self) -> str:
        """The certificate without header and line breaks, as metadata carry it."""
        return "".join(self.certificate_pem.split("-----")[2].split())


def provider_key(world: World, name: str) -> ProviderKey:
    """The key of a provider; made when first needed."""
    row = world.store.one("SELECT private_pem, certificate_pem FROM provider_keys WHERE name = ?", (name,))
    if row is not None:
        return _read(row["private_pem"], row["certificate_pem"])
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    certificate = _certify(key, name, datetime.fromtimestamp(world.clock.now(), UTC))
    world.store.execute(
        "INSERT OR IGNORE INTO provider_keys (name, private_pem, certificate_pem) VALUES (?, ?, ?)",
        (name, pem, certificate),
    )
    return provider_key(world, name)


def signing_key(world: World, pool_id: str) -> ProviderKey:
    """What a pool signs its SAML requests with."""
    return provider_key(world, f"saml {pool_id}")


def encryption_key(world: World, pool_id: str) -> ProviderKey:
    """What SAML providers encrypt their assertions for a pool with."""
    return provider_key(world, f"saml encryption {pool_id}")


def key_entry(key: ProviderKey) -> dict[str, str]:
    """The public key as an entry of a key set."""
    numbers = key.key.public_key().public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": key.kid,
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
    }


def _certify(key: rsa.RSAPrivateKey, name: str, now: datetime) -> str:
    # It loads slowly and is needed once for each provider in a sandbox's life.
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    # A day of slack on both ends: the sandbox's clock moves.
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + _LIFETIME)
    signed = builder.serial_number(x509.random_serial_number()).sign(key, hashes.SHA256())
    return signed.public_bytes(Encoding.PEM).decode()


@lru_cache(maxsize=16)
def _read(private_pem: str, certificate_pem: str) -> ProviderKey:
    key = load_pem_private_key(private_pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a provider's key is not an RSA key")
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return ProviderKey(hashlib.sha256(public).hexdigest()[:16], key, certificate_pem)


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
