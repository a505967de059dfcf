"""The holders of temporary credentials, as the gate sees them."""

from cognito_explorer.sandbox.iam_directory import IamDirectory, NamedPolicy, PolicySet
from cognito_explorer.sandbox.sts import Context, Session
from cognito_explorer.sandbox.world import Caller

_TYPES = {"role": "AssumedRole", "user": "User", "federated": "FederatedUser"}
_IDENTITY = "cognito-identity.amazonaws.com:sub"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def session_caller(session: Session, now: float) -> Caller:
    """Who a session is, with the condition keys of every request made with it."""
    context: Context = {
        "aws:MultiFactorAuthPresent": "false",
        **session.context,
        "aws:PrincipalArn": session.credentials.assumed_role_arn if session.kind == "federated" else session.role_arn,
        "aws:PrincipalType": _TYPES[session.kind],
        "aws:TokenIssueTime": str(int(session.issued_at)),
    }
    if context["aws:MultiFactorAuthPresent"] == "true":
        context["aws:MultiFactorAuthAge"] = str(int(now - session.issued_at))
    if session.kind == "user":
        context["aws:username"] = session.role_name
    return Caller(session.credentials.assumed_role_arn, session.credentials.assumed_role_id, context)


def may_use_iam(session: Session | None) -> bool:
    """IAM takes no federated sessions, and users' sessions with MFA alone."""
    if session is None or session.kind == "role":
        return True
    return session.kind == "user" and session.context.get("aws:MultiFactorAuthPresent") == "true"


def is_identity(session: Session | None) -> bool:
    """Whether a session is that of an identity pool's identity."""
    return session is not None and _IDENTITY in session.context


def session_policy_set(session: Session, directory: IamDirectory, *, is_administrators: bool) -> PolicySet:
    """The policies of the role or the user behind a session."""
    if session.kind == "role":
        return directory.policies_of_role(session.role_name, role_id=session.role_id)
    if is_administrators:
        return PolicySet((NamedPolicy("everything", _EVERYTHING),))
    return directory.policies_of_user(session.role_name, user_id=session.role_id)
