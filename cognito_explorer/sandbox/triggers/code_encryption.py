"""Codes for custom senders, in the message format of the AWS Encryption SDK under the pool's KMS key."""

import base64
import json
from http import HTTPStatus
from typing import Any

from cognito_explorer.sandbox.data_services.keys import check_usable
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.wire import WireRequest
from cognito_explorer.sandbox.world import World

_PROVIDER = "aws-kms"


def encrypt_code(world: World, pool_id: str, key_arn: str, code: str) -> str:
    """The code, encrypted as a custom sender gets it: base64 of an encrypted message with `userpool-id` as context.

    Raises CodeDeliveryFailureException when the key cannot be used.
    """
    # Importing the SDK takes half a second, which only pools with custom senders have to wait for.
    from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient  # type: ignore[import-untyped]
    from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig  # type: ignore[import-untyped]
    from aws_encryption_sdk.structures import DataKey, MasterKeyInfo  # type: ignore[import-untyped]

    class Config(MasterKeyConfig):  # type: ignore[misc]  # the SDK has no types
        provider_id = _PROVIDER

    class PoolKey(MasterKey):  # type: ignore[misc]  # the SDK has no types
        """The pool's key, asked in this process and not over HTTP: the writer cannot wait for itself."""

        provider_id = _PROVIDER
        _config_class = Config

        def _generate_data_key(self, algorithm: Any, encryption_context: dict[str, str] | None = None) -> Any:
            made = _data_key(world, key_arn, algorithm.kdf_input_len, encryption_context or {})
            info = MasterKeyInfo(_PROVIDER, made["KeyId"].encode())
            plain, sealed = (base64.b64decode(made[name]) for name in ("Plaintext", "CiphertextBlob"))
            return DataKey(info, plain, sealed)

        def _encrypt_data_key(self, *_ignored: Any) -> Any:
            raise AssertionError("there is one key, and it makes the data key")

        def _decrypt_data_key(self, *_ignored: Any) -> Any:
            raise AssertionError("nothing is decrypted here")

    # Functions in the field decrypt with policies that allow messages without key commitment.
    client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    key = PoolKey(key_id=key_arn.encode())
    sealed, _ = client.encrypt(source=code, key_provider=key, encryption_context={"userpool-id": pool_id})
    return base64.b64encode(sealed).decode()


def _data_key(world: World, key_arn: str, size: int, context: dict[str, str]) -> dict[str, str]:
    if world.moto is None or key_arn.count(":") < 5:
        raise _unusable(key_arn, "There is no such key.")
    body = json.dumps({"KeyId": key_arn, "NumberOfBytes": size, "EncryptionContext": context}).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.GenerateDataKey"}
    request = WireRequest("POST", "/", "", headers, body, request_id="sender")
    region = key_arn.split(":")[3]
    key = world.moto.backend("kms", region).keys.get(key_arn.rpartition("/")[2])
    try:
        if key is not None:
            check_usable(key)
    except ServiceError as problem:
        raise _unusable(key_arn, problem.message) from None
    answer = world.moto.handle("kms", request, f"OWN/20200101/{region}/kms/aws4_request")
    told: dict[str, str] = json.loads(answer.body)
    if answer.status != HTTPStatus.OK:
        raise _unusable(key_arn, told.get("message", told.get("Message", "")))
    return told


def _unusable(key_arn: str, why: str) -> ServiceError:
    text = f"The code cannot be encrypted with the key {key_arn}. {why}".strip()
    return ServiceError("CodeDeliveryFailureException", text)
