"""A device that proves itself, by the published protocol and sharing no code with the sandbox."""

import base64
import os
from typing import Any

from tests.sandbox.auth import srp_client
from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.pools import PoolUnderTest


class DeviceClient:
    """One device with the key it was given at its first sign-in."""

    def __init__(self, pool: PoolUnderTest, metadata: dict[str, str]) -> None:
        self._pool = pool
        self.key, self.group = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        self.secret = base64.b64encode(os.urandom(40)).decode()

    def confirm(self, access_token: str) -> bool:
        """ConfirmDevice; whether the user has to be asked."""
        salt = int.from_bytes(os.urandom(16), "big")
        answer = self._pool.public.confirm_device(
            AccessToken=access_token,
            DeviceKey=self.key,
            DeviceName="telephone",
            DeviceSecretVerifierConfig={
                "Salt": base64.b64encode(srp_client.number_bytes(salt)).decode(),
                "PasswordVerifier": base64.b64encode(self._verifier(salt)).decode(),
            },
        )
        return bool(answer["UserConfirmationNecessary"])

    def prove(self, asked: dict[str, Any], username: str) -> dict[str, Any]:
        """Answer DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER."""
        srp = SrpClient(f"_{self.group}", self.secret)
        second = self._respond(asked, USERNAME=username, DEVICE_KEY=self.key, SRP_A=f"{srp.public:x}")
        assert second["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
        parameters = second["ChallengeParameters"] | {"USER_ID_FOR_SRP": self.key}
        proof = srp.answer(parameters) | {"USERNAME": username, "DEVICE_KEY": self.key}
        return self._respond(second, **proof)

    def _respond(self, asked: dict[str, Any], **responses: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._pool.public.respond_to_auth_challenge(
            ClientId=self._pool.client_id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses=responses,
        )
        return answer

    def _verifier(self, salt: int) -> bytes:
        return srp_client.number_bytes(srp_client.verifier(self.group, self.key, self.secret, salt))
