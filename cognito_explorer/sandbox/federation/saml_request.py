"""AuthnRequest and LogoutRequest, as a service provider sends them."""

import base64
import zlib
from datetime import UTC, datetime
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cognito_explorer.sandbox.federation.provider_keys import ProviderKey
from cognito_explorer.sandbox.federation.saml_metadata import POST
from cognito_explorer.sandbox.federation.xml_signatures import add, element, to_bytes
from cognito_explorer.sandbox.world import World

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def sp_entity_id(pool_id: str) -> str:
    """The name a pool has as a service provider, and the audience assertions must be for."""
    return f"urn:amazon:cognito:sp:{pool_id}"


def stamp(seconds: float) -> str:
    """A time as SAML writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_stamp(text: str) -> float:
    """Epoch seconds of a time in SAML, which is UTC also where no zone is written; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def new_id(world: World) -> str:
    """A fresh id; XML ids do not begin with a digit."""
    return f"_{world.chance.uuid4()}"


def authn_request(
    world: World, pool_id: str, *, request_id: str, acs_url: str, destination: str, is_forced: bool = False
) -> bytes:
    """An AuthnRequest that wants its answer at `acs_url`; a forced one wants people asked who are known there."""
    root = element(
        "samlp:AuthnRequest",
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": stamp(world.clock.now()),
            "Destination": destination,
            "AssertionConsumerServiceURL": acs_url,
            "ProtocolBinding": POST,
        }
        | ({"ForceAuthn": "true"} if is_forced else {}),
    )
    add(root, "saml:Issuer", text=sp_entity_id(pool_id))
    return to_bytes(root)


def logout_request(world: World, pool_id: str, *, request_id: str, name_id: str, destination: str) -> bytes:
    """A LogoutRequest for one person."""
    root = element(
        "samlp:LogoutRequest",
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": stamp(world.clock.now()),
            "Destination": destination,
        },
    )
    add(root, "saml:Issuer", text=sp_entity_id(pool_id))
    add(root, "saml:NameID", text=name_id)
    return to_bytes(root)


def redirect_url(
    destination: str, message: bytes, relay_state: str, key: ProviderKey | None = None, *, kind: str = "SAMLRequest"
) -> str:
    """A message in the redirect binding (SAML bindings, 3.4): deflated, and with a key the query is signed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(message) + packer.flush()).decode()
    query = urlencode({kind: packed, "RelayState": relay_state})
    if key is not None:
        query += "&" + urlencode({"SigAlg": RSA_SHA256})
        signature = key.key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        query += "&" + urlencode({"Signature": base64.b64encode(signature).decode()})
    return f"{destination}{'&' if '?' in destination else '?'}{query}"


def encode_post(message: bytes) -> str:
    """A message in the post binding (SAML bindings, 3.5)."""
    return base64.b64encode(message).decode()


def inflate(packed: str) -> bytes:
    """A message from the redirect binding; raises ValueError for a garbled or bloated one."""
    unpacker = zlib.decompressobj(-15)
    try:
        text = unpacker.decompress(base64.b64decode(packed, validate=True), 65_536)
    except zlib.error as broken:
        raise ValueError("not a deflated message") from broken
    if unpacker.unconsumed_tail:
        raise ValueError("the message is too large")
    return text
