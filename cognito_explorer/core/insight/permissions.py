"""What a profile's credentials may do: from harmless reads, from IAM's own simulation, and from answers seen since."""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from cognito_explorer.core.aws.caller import Caller, get_caller_identity
from cognito_explorer.core.aws.least_privilege import NEEDS_NO_PERMISSION, POOLLESS
from cognito_explorer.core.aws.operations import LISTED
from cognito_explorer.core.aws.pace import CATEGORY_OF
from cognito_explorer.core.errors import AccessDenied, ExplorerError, NotFound, NotOffered, Unreachable

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

Standing = Literal["allowed", "refused", "lacking", "unknown"]
Key = tuple[str, str]

SERVICES = ("cognito-idp", "cognito-identity")
_ASSUMED = re.compile(r"^arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/")
# IAM takes a list of actions in one question; a hundred keep the answer on one page.
_AT_ONCE = 100
_OTHER = "Other"
# A pool's kind in an ARN, and an id that no pool has, to ask about pools in general.
_ANY = {
    "cognito-idp": ("userpool", "{region}_anyPool00"),
    "cognito-identity": ("identitypool", "{region}:00000000-0000-4000-8000-000000000000"),
}
_SIMULATION = "SimulatePrincipalPolicy"
_A_LIMIT: Any = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What IAM foresees of an operation, and why. `is_certain`: it is refused whatever comes with the request."""

    standing: Standing
    how: str
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """One operation: whether it may be called, and how that is known. `mode_refusal` is why the mode says no, or ""."""

    service: str
    title: str
    family: str
    standing: Standing
    how: str
    mode_refusal: str = ""

    @property
    def action(self) -> str:
        """The permission's name in IAM."""
        return f"{self.service}:{self.title}"


@dataclass(frozen=True, slots=True)
class Permissions:
    """All operations of both services that IAM guards. `simulation` says what became of asking IAM.

    `caller` is None where the endpoint cannot say who we are.
    """

    caller: Caller | None
    rows: tuple[Permission, ...]
    simulation: str


async def find_permissions(aws: "Aws", pool_id: str = "") -> Permissions:
    """Try harmless reads (of that pool, where one is named), ask IAM to simulate the rest.

    A refusal is a result. Raises Unreachable and what GetCallerIdentity raises.
    """
    try:
        caller = await get_caller_identity(aws)
    except NotOffered as error:
        await _try_reads(aws, pool_id)
        words = f"{error.title} So it is not known who these credentials are, and IAM was not asked."
        return Permissions(None, standings(aws, {}, pool_id), words)
    await _try_reads(aws, pool_id)
    simulated, words = await _simulate(aws, caller, pool_id)
    _tell_permit(aws, simulated, pool_id)
    return Permissions(caller, standings(aws, simulated, pool_id), words)


def standings(aws: "Aws", simulated: Mapping[Key, Foreseen], pool_id: str = "") -> tuple[Permission, ...]:
    """Put together what is known, that first. An answer counts for more than what IAM foresees."""
    keys = [key for key in LISTED if key[0] in SERVICES and key not in NEEDS_NO_PERMISSION]
    who = _answerer(aws)
    rows = (_permission(aws, key, who, simulated, pool_id) for key in keys)
    return tuple(sorted(rows, key=_place))


def _place(row: Permission) -> tuple[bool, int, bool, str, str]:
    return row.standing == "unknown", SERVICES.index(row.service), row.family == _OTHER, row.family, row.title


def principal_of(caller_arn: str) -> str:
    """The role behind an assumed role's session, which IAM can simulate; any other principal as it is.

    The path of the role is not part of a session's ARN: a role below a path is not found.
    """
    return _ASSUMED.sub(r"arn:\1:iam::\2:role/\3|", caller_arn).partition("|")[0]


def _permission(aws: "Aws", key: Key, who: str, simulated: Mapping[Key, Foreseen], pool_id: str) -> Permission:
    service, title = key
    seen = aws.permit.seen
    standing: Standing = "unknown"
    how = "Not tried, and not simulated."
    if key in seen.lacking:
        standing, how = "lacking", f"The endpoint has no such operation: {seen.lacking[key]}"
    elif key in seen.refused:
        standing, how = "refused", f"{who} refused it: {seen.refused[key]} is missing."
    elif key in seen.allowed:
        standing, how = "allowed", f"{who} answered it."
    elif key in simulated:
        standing, how = simulated[key].standing, simulated[key].how
    elif key in seen.otherwise:
        how = f"Tried: {who} answered {seen.otherwise[key]}, which says nothing of the permission."
    refusal = aws.permit.why_not_by_mode(title, service, UserPoolId=pool_id)
    return Permission(service, title, _family(service, title), standing, how, refusal)


def _answerer(aws: "Aws") -> str:
    """Who answers this connection's calls: AWS, or whatever stands at the endpoint it was given."""
    if aws.profile.kind == "sandbox":
        return "The sandbox"
    # A VPC endpoint of AWS's is AWS; an AWS profile may name an endpoint of its own.
    return urlsplit(aws.http.stand_in).netloc.rpartition("@")[2] or "AWS"


def _family(service: str, title: str) -> str:
    if service == "cognito-identity":
        return "Identity pools"
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", CATEGORY_OF.get(title, _OTHER)).lower()
    return words.capitalize()


async def _try_reads(aws: "Aws", pool_id: str) -> None:
    """Each answer, and each refusal, is noted by the door."""
    for read in _reads(aws, pool_id):
        try:
            await read()
        except Unreachable:
            raise
        except ExplorerError:
            continue


def _reads(aws: "Aws", pool_id: str) -> list[Callable[[], Coroutine[Any, Any, object]]]:
    """Reads that bill nobody and change nothing."""
    idp = aws.idp
    reads: list[Callable[[], Coroutine[Any, Any, object]]] = [
        lambda: aws.read(idp.list_user_pools, MaxResults=1),
        lambda: aws.read(aws.identity.list_identity_pools, MaxResults=1),
        lambda: aws.read(idp.get_provisioned_limit, LimitDefinition=_A_LIMIT),
    ]
    if pool_id:
        reads += [
            lambda: aws.read(idp.describe_user_pool, UserPoolId=pool_id),
            lambda: aws.read(idp.get_user_pool_mfa_config, UserPoolId=pool_id),
            lambda: aws.read(idp.list_users, UserPoolId=pool_id, Limit=1),
            lambda: aws.read(idp.list_groups, UserPoolId=pool_id, Limit=1),
            lambda: aws.read(idp.list_user_pool_clients, UserPoolId=pool_id, MaxResults=1),
            lambda: aws.read(idp.list_identity_providers, UserPoolId=pool_id, MaxResults=1),
            lambda: aws.read(idp.list_resource_servers, UserPoolId=pool_id, MaxResults=1),
            lambda: aws.read(idp.list_user_import_jobs, UserPoolId=pool_id, MaxResults=1),
            lambda: aws.read(idp.get_log_delivery_configuration, UserPoolId=pool_id),
        ]
    return reads


async def _simulate(aws: "Aws", caller: Caller, pool_id: str) -> tuple[dict[Key, Foreseen], str]:
    principal = principal_of(caller.arn)
    simulated: dict[Key, Foreseen] = {}
    try:
        for titles, service, resource in _questions(aws, caller, pool_id):
            for start in range(0, len(titles), _AT_ONCE):
                actions = [f"{service}:{title}" for title in titles[start : start + _AT_ONCE]]
                simulated |= await _ask_iam(aws, principal, actions, resource)
    except Unreachable:
        raise
    except ExplorerError as error:
        return simulated, f"IAM did not simulate this caller's policies: {_why_not_simulated(error, principal)}"
    about = "" if pool_id else ", for pools of any name"
    return simulated, (
        f"IAM simulated the policies of {principal}{about}. It knows no conditions that come with a request, so what"
        " AWS itself answered counts for more."
    )


def _questions(aws: "Aws", caller: Caller, pool_id: str) -> list[tuple[list[str], str, str]]:
    """Operations with their service and the resource to ask about: a policy that names pools fits no plain "*"."""
    partition = caller.arn.split(":")[1] if caller.arn.count(":") > 1 else "aws"
    asked = []
    for service, (kind, any_id) in _ANY.items():
        here = pool_id if service == "cognito-idp" and pool_id else any_id.format(region=aws.region)
        titles = [
            title for listed, title in LISTED if listed == service and (service, title) not in NEEDS_NO_PERMISSION
        ]
        general = sorted(title for title in titles if (service, title) in POOLLESS)
        place = f"arn:{partition}:{service}:{aws.region}:{caller.account_id}:{kind}/{here}"
        asked += [(sorted(set(titles) - set(general)), service, place), (general, service, "*")]
    return asked


def _tell_permit(aws: "Aws", simulated: Mapping[Key, Foreseen], pool_id: str) -> None:
    """Grey what is denied for certain. For a pool nobody named nothing is: a policy may name those that there are."""
    refused = {key for key, found in simulated.items() if found.is_certain}
    aws.permit.foresee("", frozenset(refused & POOLLESS))
    if pool_id:
        aws.permit.foresee(pool_id, frozenset(key for key in refused - POOLLESS if key[0] == "cognito-idp"))


def _why_not_simulated(error: ExplorerError, principal: str) -> str:
    """What stood in the way, and what that means for the list."""
    rest = "So what was not tried stays “Not known”."
    if principal.endswith(":root"):
        return f"they are the account's root user, which no policy holds back. {rest}"
    if isinstance(error, NotOffered):
        return f"this endpoint has no {_SIMULATION}: emulators often lack it. {rest}"
    if isinstance(error, AccessDenied):
        return f"these credentials may not ask, the permission iam:{_SIMULATION} is missing. {rest}"
    if isinstance(error, NotFound):
        why = "it was deleted, it is an emulator's, or a role below a path, which a session does not name"
        return f"IAM here has no {principal} ({why}). {rest}"
    return f"{error.title} {rest}"


async def _ask_iam(aws: "Aws", principal: str, actions: list[str], resource: str) -> dict[Key, Foreseen]:
    found: dict[Key, Foreseen] = {}
    marker: dict[str, str] = {}
    while True:
        answer: Any = await aws.read(
            aws.iam.simulate_principal_policy,
            PolicySourceArn=principal,
            ActionNames=actions,
            ResourceArns=[resource],
            MaxItems=_AT_ONCE,
            **marker,  # type: ignore[arg-type]  # the one key that continues a list
        )
        for each in answer.get("EvaluationResults", ()):
            service, _, title = each["EvalActionName"].partition(":")
            found[service, title] = foreseen(each)
        if not answer.get("IsTruncated"):
            return found
        marker = {"Marker": answer["Marker"]}


def foreseen(result: Mapping[str, Any]) -> Foreseen:
    """What one result of SimulatePrincipalPolicy says. What may hang on a condition is not certain."""
    if result["EvalDecision"] == "allowed":
        return Foreseen("allowed", "IAM's simulation says so (SimulatePrincipalPolicy).")
    missing = ", ".join(_missing_context(result))
    if result["EvalDecision"] == "explicitDeny":
        unless = f", unless that hangs on a condition it cannot simulate: {missing}" if missing else ""
        return Foreseen("refused", f"IAM's simulation: a policy denies it explicitly{unless}.", is_certain=not missing)
    if missing:
        return Foreseen("unknown", f"It may hang on a condition that IAM cannot simulate: {missing}.")
    how = "no policy allows it."
    if not result.get("PermissionsBoundaryDecisionDetail", _PASSED).get("AllowedByPermissionsBoundary", True):
        how = "the permissions boundary does not allow it."
    elif not result.get("OrganizationsDecisionDetail", _PASSED).get("AllowedByOrganizations", True):
        how = "the organization's policies do not allow it."
    return Foreseen("refused", f"IAM's simulation: {how}", is_certain=True)


def _missing_context(result: Mapping[str, Any]) -> list[str]:
    """Asked about a resource that has a name, IAM lists the missing keys beside that resource alone."""
    parts = (result, *result.get("ResourceSpecificResults", ()))
    return list(dict.fromkeys(key for part in parts for key in part.get("MissingContextValues", ())))


_PASSED: Mapping[str, bool] = MappingProxyType({})
