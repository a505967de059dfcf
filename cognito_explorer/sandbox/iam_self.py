"""Calls of IAM about oneself: whoever names no user means their own."""

from dataclasses import replace
from urllib.parse import urlencode

from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.query_protocol import FORM_TYPE
from cognito_explorer.sandbox.wire import WireRequest

# Source: IAM API reference, "If you do not specify a user name, IAM determines it implicitly from the access key".
_ABOUT_ONESELF = frozenset({
    "CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey", "ListAccessKeys", "GetUser", "ListMFADevices",
    "ListSigningCertificates", "ListSSHPublicKeys", "ListServiceSpecificCredentials", "UpdateSigningCertificate",
    "UploadSigningCertificate", "DeleteSigningCertificate", "DeleteServiceSpecificCredential",
    "ResetServiceSpecificCredential", "UpdateServiceSpecificCredential",
})  # fmt: skip


def with_own_name(request: WireRequest, operation: str, who: Identified) -> WireRequest:
    """The request with the caller's name in place of none. Raises ValidationError for roles, which have no user."""
    form = request.form()
    if operation not in _ABOUT_ONESELF or form.get("UserName"):
        return request
    if not who.user_name:
        raise ServiceError(
            "ValidationError", "Must specify userName when calling with non-User credentials", status=400
        )
    headers = {**request.headers, "content-type": FORM_TYPE}
    body = urlencode({**form, "UserName": who.user_name}).encode()
    return replace(request, method="POST", query="", headers=headers, body=body)
