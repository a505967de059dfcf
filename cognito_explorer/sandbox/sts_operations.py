"""The operations of STS."""

from dataclasses import replace
from typing import Any

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.callers import Identified
from cognito_explorer.sandbox.errands import Errands
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory
from cognito_explorer.sandbox.sts_assume_role import assume_role
from cognito_explorer.sandbox.sts_federation import assume_role_with_saml, assume_role_with_web_identity
from cognito_explorer.sandbox.sts_inputs import read_params
from cognito_explorer.sandbox.sts_user_sessions import check_permission, get_federation_token, get_session_token
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

PUBLIC = frozenset({"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
# What answers in every Region, whether STS is active there or not.
_ANYWHERE = ("GetCallerIdentity", "GetAccessKeyInfo", "DecodeAuthorizationMessage")
_FEDERATED_ONLY = "GetCallerIdentity"
_SESSION_ONLY = ("GetCallerIdentity", "AssumeRole")


class StsOperations:
    """Answers STS calls. Called from the one writer thread."""

    def __init__(self, world: World, directory: IamDirectory) -> None:
        self._world = world
        self._directory = directory

    def answer(
        self, operation: str, form: dict[str, str], who: Identified | None, around: Context, errands: Errands
    ) -> dict[str, Any]:
        """The result of a call. Raises ServiceError in the query protocol's words."""
        if operation not in _ANYWHERE:
            self._world.faults.check_sts_region(str(around["aws:RequestedRegion"]), ACCOUNT_ID)
        world = replace(self._world, errands=errands)
        with world.store.transaction():
            if operation == "AssumeRoleWithWebIdentity":
                return assume_role_with_web_identity(world, read_params(operation, form), around)
            if operation == "AssumeRoleWithSAML":
                return assume_role_with_saml(world, read_params(operation, form), around)
            if who is None:
                raise ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)
            _check_session(operation, who)
            return self._answer_signed(operation, form, who, around)

    def _answer_signed(self, operation: str, form: dict[str, str], who: Identified, around: Context) -> dict[str, Any]:
        match operation:
            case "GetCallerIdentity":
                return {"UserId": who.caller.user_id, "Account": ACCOUNT_ID, "Arn": who.caller.arn}
            case "AssumeRole":
                return assume_role(self._world, read_params(operation, form), who, around)
            case "GetSessionToken":
                return get_session_token(self._world, read_params(operation, form), who)
            case "GetFederationToken":
                return get_federation_token(self._world, read_params(operation, form), who, around)
            case "GetAccessKeyInfo":
                return self._access_key_info(read_params(operation, form), who, around)
            case "DecodeAuthorizationMessage":
                return _decode_message(read_params(operation, form), who, around)
        raise ServiceError("InvalidAction", f"The sandbox lacks sts {operation}.", status=400)

    def _access_key_info(self, params: dict[str, Any], who: Identified, around: Context) -> dict[str, Any]:
        check_permission(who, Access("sts:GetAccessKeyInfo", "*"), around)
        key_id = params["AccessKeyId"]
        # AWS reads the account out of the key's id; the sandbox has one account, whose keys it knows.
        is_known = (
            key_id == who.access_key_id
            or self._world.sts.find_session(key_id, account_id=ACCOUNT_ID) is not None
            or self._directory.find_user_key(key_id) is not None
        )
        if not is_known:
            raise ServiceError("ValidationError", "The access key ID is not of this account.", status=400)
        return {"Account": ACCOUNT_ID}


def _check_session(operation: str, who: Identified) -> None:
    """Sessions of users and federated users may call little of STS."""
    kind = who.session.kind if who.session else ""
    is_refused = (kind == "federated" and operation != _FEDERATED_ONLY) or (
        kind == "user" and operation not in (*_SESSION_ONLY, "GetSessionToken", "GetFederationToken")
    )
    if is_refused:
        raise ServiceError("AccessDenied", f"Cannot call {operation} with session credentials", status=403)


def _decode_message(_params: dict[str, Any], who: Identified, around: Context) -> dict[str, Any]:
    """No service of the sandbox encodes its refusals, so no message can be one of its own."""
    check_permission(who, Access("sts:DecodeAuthorizationMessage", "*"), around)
    raise ServiceError("InvalidAuthorizationMessageException", "Message is not valid", status=400)
