"""The first list of pools, before botocore is loaded: loading it takes longer than everything else a start needs.

For two reading operations, for keys that are at hand, and on this computer only (no TLS, no proxy, no retry). Anything
but a plain success is left to botocore, which then asks again and tells what is wrong.
"""

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cognito_explorer.core.profiles import Profile

TIMEOUT_S = 5
TARGETS = {
    ("cognito-idp", "list_user_pools"): "AWSCognitoIdentityProviderService.ListUserPools",
    ("cognito-identity", "list_identity_pools"): "AWSCognitoIdentityService.ListIdentityPools",
}
_DATES = ("CreationDate", "LastModifiedDate")
_SIGNED = "content-type;host;x-amz-date;x-amz-target"
_CONTENT_TYPE = "application/x-amz-json-1.1"


def first_look(
    profile: "Profile", region: str, operation: tuple[str, str], parameters: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The answer as botocore would give it, or None where botocore has to ask. Blocks for at most some seconds."""
    address = urlsplit(profile.endpoint_url)
    body = json.dumps(parameters).encode()
    headers = sign(profile, (operation[0], region), (address.netloc, TARGETS[operation]), body, datetime.now(UTC))
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=TIMEOUT_S)
    try:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    if response.status != http.client.OK or not isinstance(answer, dict):
        return None
    request_id = response.headers.get("x-amzn-RequestId", "")
    facts = {"HTTPStatusCode": response.status, "RequestId": request_id, "RetryAttempts": 0}
    return {name: _with_dates(value) for name, value in answer.items()} | {"ResponseMetadata": facts}


def sign(
    profile: "Profile", scope: tuple[str, str], request: tuple[str, str], body: bytes, now: datetime
) -> dict[str, str]:
    """The headers of a signed POST to "/". `scope` is service and Region, `request` host and target.

    Rule source: AWS General Reference, "Signature Version 4 signing process".
    """
    service, region = scope
    host, target = request
    stamp, day = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}"
    canonical = "\n".join((
        "POST", "/", "",
        f"content-type:{_CONTENT_TYPE}", f"host:{host}", f"x-amz-date:{stamp}", f"x-amz-target:{target}", "",
        _SIGNED, hashlib.sha256(body).hexdigest(),
    ))  # fmt: skip
    scope_text = f"{day}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope_text}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{profile.secret_access_key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"Credential={profile.access_key_id}/{scope_text}"
    return {
        "Content-Type": _CONTENT_TYPE,
        "Host": host,
        "X-Amz-Date": stamp,
        "X-Amz-Target": target,
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={_SIGNED}, Signature={signature}",
    }


def _with_dates(value: Any) -> Any:
    """Cognito writes times as epoch seconds; botocore answers with aware datetimes."""
    if not isinstance(value, list):
        return value
    return [_row(row) if isinstance(row, dict) else row for row in value]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    dates = {name: datetime.fromtimestamp(row[name], UTC) for name in _DATES if isinstance(row.get(name), int | float)}
    return {**row, **dates}
