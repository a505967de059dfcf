"""An independent SRP client, written from the published protocol and sharing no code with the sandbox."""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_PRIME = (
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
)
_N = int(_PRIME, 16)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _hex_bytes(number: int) -> bytes:
    text = f"{number:x}"
    if len(text) % 2:
        text = "0" + text
    elif text[0] in "89abcdef":
        text = "00" + text
    return bytes.fromhex(text)


def number_bytes(number: int) -> bytes:
    """A number as it is hashed and sent."""
    return _hex_bytes(number)


def verifier(pool_name: str, user: str, password: str, salt: int) -> int:
    """What the server keeps of a password."""
    inner = _sha(f"{pool_name}{user}:{password}".encode())
    return pow(2, int.from_bytes(_sha(_hex_bytes(salt), inner), "big"), _N)


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


class SrpClient:
    """One sign-in. `a` may be fixed to reproduce known values, `power` be a faster `pow`."""

    def __init__(
        self, pool_id: str, password: str, *, a: int | None = None, power: Callable[[int, int, int], int] = pow
    ) -> None:
        self.pool_name = pool_id.partition("_")[2]
        self.password = password
        self.a = a or int.from_bytes(os.urandom(128), "big")
        self.power = power
        self.public = power(2, self.a, _N)

    def key(self, user: str, salt: str, public_b: str) -> bytes:
        """The shared 16 bytes."""
        b = int(public_b, 16)
        k = int.from_bytes(_sha(_hex_bytes(_N), _hex_bytes(2)), "big")
        u = int.from_bytes(_sha(_hex_bytes(self.public), _hex_bytes(b)), "big")
        inner = _sha(f"{self.pool_name}{user}:{self.password}".encode())
        x = int.from_bytes(_sha(_hex_bytes(int(salt, 16)), inner), "big")
        shared = self.power(b - k * self.power(2, x, _N), self.a + u * x, _N)
        extracted = hmac.new(_hex_bytes(u), _hex_bytes(shared), hashlib.sha256).digest()
        return hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]

    def answer(self, parameters: dict[str, str]) -> dict[str, str]:
        """ChallengeResponses for PASSWORD_VERIFIER."""
        user, block = parameters["USER_ID_FOR_SRP"], parameters["SECRET_BLOCK"]
        now = datetime.now(UTC)
        day = f"{_DAYS[now.weekday()]} {_MONTHS[now.month - 1]} {now.day}"
        timestamp = f"{day} {now:%H:%M:%S} UTC {now.year}"
        key = self.key(user, parameters["SALT"], parameters["SRP_B"])
        message = f"{self.pool_name}{user}".encode() + base64.b64decode(block) + timestamp.encode()
        signature = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": signature,
            "TIMESTAMP": timestamp,
        }


def sign_in_with_srp(idp: Any, pool_id: str, client_id: str, username: str, password: str) -> dict[str, Any]:
    """InitiateAuth and RespondToAuthChallenge in a row; the second answer."""
    srp = SrpClient(pool_id, password)
    parameters = {"USERNAME": username, "SRP_A": f"{srp.public:x}"}
    asked = idp.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=client_id, AuthParameters=parameters)
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    answer: dict[str, Any] = idp.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.answer(asked["ChallengeParameters"]),
    )
    return answer
