"""Calls of KMS: keys, their aliases and their policies."""

import base64
import binascii
import json
from typing import Any

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.data_services.needs import DataCall, Need, unmapped
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import parse_policy
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.wire import WireRequest
from cognito_explorer.sandbox.world import ACCOUNT_ID

_ANYWHERE = frozenset({"CreateKey", "ListKeys", "ListAliases", "GenerateRandom"})
_OF_KEYS = frozenset({
    "DescribeKey", "GetKeyPolicy", "PutKeyPolicy", "ListKeyPolicies", "EnableKey", "DisableKey", "ScheduleKeyDeletion",
    "CancelKeyDeletion", "UpdateKeyDescription", "TagResource", "UntagResource", "ListResourceTags", "Encrypt",
    "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "EnableKeyRotation", "DisableKeyRotation",
    "GetKeyRotationStatus",
})  # fmt: skip
_USES = frozenset({"Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"})
_OF_ALIASES = frozenset({"CreateAlias", "UpdateAlias", "DeleteAlias"})
_ID_LENGTH = 36


def key_needs(call: DataCall, moto: MotoServices) -> list[Need]:
    """What a call of KMS needs. Raises UnknownOperationException for one that nothing maps."""
    if call.name in _ANYWHERE:
        _check_kind(call)
        return [Need(Access(f"kms:{call.name}", "*"))]
    if call.name == "Decrypt":
        return [_source_need(call, moto, call.params.get("KeyId"))]
    if call.name in _OF_KEYS:
        return [_key_need(call, moto, call.params["KeyId"])]
    if call.name == "ReEncrypt":
        return [
            _source_need(call, moto, call.params.get("SourceKeyId"), "ReEncryptFrom"),
            _key_need(call, moto, call.params["DestinationKeyId"], "ReEncryptTo"),
        ]
    if call.name in _OF_ALIASES:
        alias = call.params["AliasName"]
        target = call.params.get("TargetKeyId") or alias
        arn = f"arn:aws:kms:{call.region}:{ACCOUNT_ID}:{alias}"
        return [Need(Access(f"kms:{call.name}", arn)), _key_need(call, moto, target)]
    raise unmapped(call)


def check_usable(key: Any) -> None:
    """Raise DisabledException or KMSInvalidStateException for one of moto's keys that is switched off or going."""
    if key.key_state == "Disabled":
        raise ServiceError("DisabledException", f"{key.arn} is disabled.")
    if key.key_state != "Enabled":
        text = f"{key.arn} is {'pending deletion' if key.key_state == 'PendingDeletion' else key.key_state}."
        raise ServiceError("KMSInvalidStateException", text)


def _key_need(call: DataCall, moto: MotoServices, named: str, action: str = "") -> Need:
    backend = moto.backend("kms", call.region)
    given = named.rpartition(":")[2].removeprefix("key/")
    alias = given if given.startswith("alias/") else ""
    if alias.startswith("alias/aws/"):
        _make_own_key(call, moto, alias)
    key_id = backend.get_key_id_from_alias(alias) if alias else given
    key = backend.keys.get(key_id)
    if key is None:
        missing = f"Alias arn:aws:kms:{call.region}:{ACCOUNT_ID}:{alias} is not found." if alias else ""
        text = missing or f"Key 'arn:aws:kms:{call.region}:{ACCOUNT_ID}:key/{given}' does not exist"
        raise ServiceError("NotFoundException", text)
    if call.name in _USES:
        check_usable(key)
    if "KeyId" in call.params:
        # Not every one of moto's operations knows keys by their ARN.
        call.params["KeyId"] = str(key.id)
    pairs = call.params.get("EncryptionContext", {})
    context: Context = {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}
    context["kms:CallerAccount"] = ACCOUNT_ID
    if pairs:
        context["kms:EncryptionContextKeys"] = tuple(pairs)
    if alias:
        context["kms:RequestAlias"] = alias
    return Need(Access(f"kms:{action or call.name}", str(key.arn), context), parse_policy(key.policy))


def _source_need(call: DataCall, moto: MotoServices, named: str | None, action: str = "") -> Need:
    """A ciphertext is opened with the key it names; whoever names another one means something else."""
    held = _key_need(call, moto, _key_of_blob(call), action)
    if named is None:
        return held
    need = _key_need(call, moto, named, action)
    if need.access.resource != held.access.resource:
        text = "The key ID in the request does not identify a CMK that can perform this operation."
        raise ServiceError("IncorrectKeyException", text)
    return need


def _make_own_key(call: DataCall, moto: MotoServices, alias: str) -> None:
    """Have AWS's own key made by a request that is kept: it comes into being when it is first named."""
    if any(alias in key.aliases for key in moto.backend("kms", call.region).keys.values()):
        return
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.DescribeKey"}
    body = json.dumps({"KeyId": alias}).encode()
    request = WireRequest("POST", "/", "", headers, body, request_id="own key")
    moto.handle("kms", request, f"OWN/20200101/{call.region}/kms/aws4_request")


def _key_of_blob(call: DataCall) -> str:
    """The key that a ciphertext names in its first bytes."""
    try:
        blob = base64.b64decode(call.params["CiphertextBlob"], validate=True)
        return blob[:_ID_LENGTH].decode("ascii")
    except (KeyError, binascii.Error, ValueError):
        raise ServiceError("InvalidCiphertextException", "") from None


def _check_kind(call: DataCall) -> None:
    kind = call.params.get("KeySpec") or call.params.get("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT"
    if call.name == "CreateKey" and (kind != "SYMMETRIC_DEFAULT" or call.params.get("Origin", "AWS_KMS") != "AWS_KMS"):
        # A key pair cannot be drawn again at the next start.
        raise ServiceError("UnsupportedOperationException", f"The sandbox's KMS has no keys of the kind {kind}.")
