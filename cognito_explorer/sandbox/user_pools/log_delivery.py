"""Where a pool's logs would go: message delivery errors, and user activity with threat protection."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.documents import load_document, save_document
from cognito_explorer.sandbox.user_pools.feature_plans import require_feature
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call

_KIND = "log delivery"
_LEVELS = {"userNotification": "ERROR", "userAuthEvents": "INFO"}
_TARGETS = ("CloudWatchLogsConfiguration", "S3Configuration", "FirehoseConfiguration")


@operation("cognito-idp", "GetLogDeliveryConfiguration")
def get_log_delivery(call: Call) -> dict[str, Any]:
    """Where the logs of the pool go; nowhere at first."""
    return _described(call, pool_of(call)["Id"])


@operation("cognito-idp", "SetLogDeliveryConfiguration")
def set_log_delivery(call: Call) -> dict[str, Any]:
    """Replace where the logs go; an empty list turns them off."""
    pool, entries = pool_of(call), call.params["LogConfigurations"]
    sources = [entry["EventSource"] for entry in entries]
    if len(set(sources)) < len(sources):
        raise _invalid("Following event sources appear more then once in a request")
    for entry in entries:
        _check_entry(call, pool, entry)
    save_document(call.world, pool["Id"], _KIND, {"LogConfigurations": entries})
    return _described(call, pool["Id"])


def _check_entry(call: Call, pool: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    source, level = entry["EventSource"], entry["LogLevel"]
    if source == "userAuthEvents":
        require_feature(pool["UserPoolTier"], "Log Streaming")
    if level != _LEVELS[source]:
        raise _invalid(f"LogLevel {level} is not supported for the event source {source}.")
    targets = [name for name in _TARGETS if entry.get(name)]
    if len(targets) != 1:
        raise _invalid("Each log configuration needs exactly one destination.")
    if source == "userNotification" and targets != ["CloudWatchLogsConfiguration"]:
        raise _invalid("userNotification logs can be delivered to CloudWatch Logs only.")
    arn = next(iter(entry[targets[0]].values()), "")
    region = arn.split(":")[3] if arn.count(":") > 3 else ""
    if targets != ["S3Configuration"] and region != call.region:
        raise _invalid("ARN does not belong to current region")


def _described(call: Call, pool_id: str) -> dict[str, Any]:
    entries = load_document(call.world, pool_id, _KIND).get("LogConfigurations", [])
    return {"LogDeliveryConfiguration": {"UserPoolId": pool_id, "LogConfigurations": entries}}


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)
