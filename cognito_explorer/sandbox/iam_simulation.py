"""IAM's policy simulator, answered by the evaluator that also guards the sandbox."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cognito_explorer.iam.evaluate import Layers, Verdict, evaluate
from cognito_explorer.iam.policy import Layer, Policy, PolicyError, parse_policy
from cognito_explorer.iam.request import Principal, Request
from cognito_explorer.iam.variables import variable_names
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import IamDirectory, PolicySet
from cognito_explorer.sandbox.policy_exclusions import without_excluded
from cognito_explorer.sandbox.policy_spans import statement_spans
from cognito_explorer.sandbox.protocol import service_model
from cognito_explorer.sandbox.query_protocol import Entries, parse_form
from cognito_explorer.sandbox.trust import parsed_policy
from cognito_explorer.sandbox.user_pools.paging import seal, unseal
from cognito_explorer.sandbox.world import ACCOUNT_ID, World

OPERATIONS = frozenset(
    {
        "SimulatePrincipalPolicy",
        "SimulateCustomPolicy",
        "GetContextKeysForPrincipalPolicy",
        "GetContextKeysForCustomPolicy",
    }
)
_SOURCE = re.compile(r"arn:aws:iam::(?P<account>\d{12}):(?P<kind>user|role|group)/(?:.+/)?(?P<name>[\w+=,.@-]+)")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_DECISIONS = {"allowed": "allowed", "explicit_deny": "explicitDeny", "implicit_deny": "implicitDeny"}
_SEVERITY = ("allowed", "implicitDeny", "explicitDeny")
_DEFAULT_PAGE = 100
# The two sides of a cross-account decision, as AWS names its kinds of policies.
_DETAILS = ("IAM Policy", "Resource Policy")
_EVERYTHING = parse_policy(
    {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, name="everything", layer="identity"
)
# Simulations look at identity policies alone, even of actions that a key's or a role's own policy has a say in.
_DELEGATION = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT_ID}, "Action": "*", "Resource": "*"},
}


@dataclass(frozen=True, slots=True)
class Simulation:
    """What applies to every action of a simulation. `texts` and `kinds` tell of each policy by its name."""

    layers: Layers
    caller: Principal
    context: Mapping[str, str | tuple[str, ...]]
    owner: str
    texts: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def answer_simulation(world: World, operation: str, form: dict[str, str]) -> dict[str, Any]:
    """The answer to one of OPERATIONS. Raises ServiceError NoSuchEntity, InvalidInput and ValidationError."""
    shape = service_model("iam").operation_model(operation).input_shape
    assert shape is not None
    params = parse_form(form, shape)
    attached = PolicySet()
    source = Principal()
    if "PolicySourceArn" in params:
        source, attached = _source(world.sts.directory, params["PolicySourceArn"])
        attached = without_excluded(attached, params.get("PolicyExclusionList", ()))
    simulation = _prepare(params, attached, source)
    if operation.startswith("GetContextKeys"):
        return {"ContextKeyNames": _keys(_policies(simulation.layers))}
    for action in params["ActionNames"]:
        if not _ACTION.fullmatch(action):
            raise _invalid(f"Invalid action name {action}: an action has a service, a colon and a name, no wildcards.")
    return _page(world, params, simulation)


def _page(world: World, params: dict[str, Any], simulation: Simulation) -> dict[str, Any]:
    """One result for each action, so many a page."""
    first = _read_marker(world, params.get("Marker", ""))
    limit = params.get("MaxItems", _DEFAULT_PAGE)
    actions = params["ActionNames"][first : first + limit]
    results = [_result(simulation, action, params.get("ResourceArns") or ["*"]) for action in actions]
    is_truncated = len(params["ActionNames"]) > first + limit
    marker = {"Marker": seal(world, "iam-simulation", [first + limit])} if is_truncated else {}
    return {"EvaluationResults": results, "IsTruncated": is_truncated} | marker


def _result(simulation: Simulation, action: str, resources: list[str]) -> dict[str, Any]:
    each = [_specific(simulation, action, resource) for resource in resources]
    worst = max(each, key=lambda found: _SEVERITY.index(found["EvalResourceDecision"]))
    result = {
        "EvalActionName": action,
        "EvalResourceName": resources[0] if len(resources) == 1 else "*",
        "EvalDecision": worst["EvalResourceDecision"],
        "MatchedStatements": worst["MatchedStatements"],
        "MissingContextValues": worst["MissingContextValues"],
    }
    if all("EvalDecisionDetails" in found for found in each):
        sides = {kind: [found["EvalDecisionDetails"][kind] for found in each] for kind in _DETAILS}
        result["EvalDecisionDetails"] = Entries({kind: max(said, key=_SEVERITY.index) for kind, said in sides.items()})
    if simulation.layers.scp:
        allowed = all(_is_open(simulation, action, resource, "scp") for resource in resources)
        result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": allowed}
    if "PermissionsBoundaryDecisionDetail" in worst:
        result["PermissionsBoundaryDecisionDetail"] = worst["PermissionsBoundaryDecisionDetail"]
    return result | ({"ResourceSpecificResults": each} if resources != ["*"] else {})


def _specific(simulation: Simulation, action: str, resource: str) -> dict[str, Any]:
    verdict = _evaluate(simulation, action, resource, simulation.layers)
    given = {key.lower() for key in simulation.context}
    missing = [key for key in _keys(_policies(simulation.layers)) if key.lower() not in given]
    found: dict[str, Any] = {
        "EvalResourceName": resource,
        "EvalResourceDecision": _DECISIONS[verdict.decision],
        "MatchedStatements": _matched(simulation, verdict),
        "MissingContextValues": missing,
    }
    if simulation.layers.boundary:
        is_open = _is_open(simulation, action, resource, "boundary")
        found["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": is_open}
    return found | _details(simulation, action, resource)


def _details(simulation: Simulation, action: str, resource: str) -> dict[str, Any]:
    """What each side says where caller and resource belong to two accounts; nothing within one account."""
    layers = simulation.layers
    request = Request(action, resource, simulation.caller, simulation.context, simulation.owner)
    if layers.resource is None or not request.is_foreign:
        return {}
    sides = (replace(layers, resource=None), Layers((_EVERYTHING,), resource=layers.resource))
    decisions = [_DECISIONS[_evaluate(simulation, action, resource, side).decision] for side in sides]
    return {"EvalDecisionDetails": Entries(zip(_DETAILS, decisions, strict=True))}


def _evaluate(simulation: Simulation, action: str, resource: str, layers: Layers) -> Verdict:
    request = Request(action, resource, simulation.caller, simulation.context, simulation.owner)
    if layers.resource is None and (request.needs_own_grant or request.is_foreign):
        layers = replace(layers, resource=_parse(_DELEGATION, "delegation", "resource"))
    return evaluate(request, layers)


def _is_open(simulation: Simulation, action: str, resource: str, layer: Layer) -> bool:
    """Whether one limiter by itself lets the action through."""
    limiter: dict[str, Any] = {layer: getattr(simulation.layers, layer)}
    return _evaluate(simulation, action, resource, Layers((_EVERYTHING,), **limiter)).is_allowed


def _matched(simulation: Simulation, verdict: Verdict) -> list[dict[str, Any]]:
    """The statement that decided; nothing for implicit denies and for service control policies."""
    if verdict.statement is None or verdict.layer in ("scp", "rcp"):
        return []
    said = {
        "SourcePolicyId": verdict.policy,
        "SourcePolicyType": simulation.kinds.get(verdict.policy, "none"),
    }
    spans = statement_spans(simulation.texts.get(verdict.policy, ""))
    if verdict.statement.index >= len(spans):
        return [said]
    span = spans[verdict.statement.index]
    places = {"StartPosition": span.start, "EndPosition": span.end}
    return [said | {name: {"Line": line, "Column": column} for name, (line, column) in places.items()}]


def _prepare(params: dict[str, Any], attached: PolicySet, source: Principal) -> Simulation:
    texts = {policy.source_id: policy.text for policy in attached.identity}
    kinds = {policy.source_id: policy.kind for policy in attached.identity}
    own = [parsed_policy(replace(policy, name=policy.source_id), "identity") for policy in attached.identity]
    given = _inputs(params, "PolicyInputList", "identity", texts)
    boundaries = _inputs(params, "PermissionsBoundaryPolicyInputList", "boundary", texts)
    if len(boundaries) > 1:
        raise _invalid("At most one permissions boundary can be simulated.")
    if not boundaries and attached.boundary:
        texts[attached.boundary.name] = attached.boundary.text
        kinds[attached.boundary.name] = attached.boundary.kind
        boundaries = [parsed_policy(attached.boundary, "boundary")]
    scps = _organization_levels(params)
    resource = _resource_policy(params, source, texts, kinds)
    layers = Layers((*own, *given), boundaries[0] if boundaries else None, None, resource, scps or None)
    caller = _caller(params, source)
    owner = params.get("ResourceOwner", caller.account)
    return Simulation(layers, caller, _context(params, caller), _account_of(owner), texts, kinds)


def _organization_levels(params: dict[str, Any]) -> tuple[Policy, ...]:
    """One policy for each level of the organization: the SCPs of a level add up, and every level must allow."""
    levels = []
    for number, level in enumerate(params.get("OrderedOrganizationPolicyInputList", ()), start=1):
        name = f"OrderedOrganizationPolicyInputList.{number}"
        parsed = [_parse(text, name, "scp") for text in level.get("ServiceControlPolicyInputList", ())]
        levels.append(Policy(name, "scp", tuple(statement for each in parsed for statement in each.statements)))
    return tuple(levels)


def _resource_policy(
    params: dict[str, Any], source: Principal, texts: dict[str, str], kinds: dict[str, str]
) -> Policy | None:
    if "ResourcePolicy" not in params:
        return None
    if source.role_arn:
        raise _invalid("Resource policies cannot be simulated for roles.")
    if "CallerArn" not in params and not source.arn:
        raise _invalid("A simulation with a ResourcePolicy needs a CallerArn.")
    texts["ResourcePolicy"], kinds["ResourcePolicy"] = params["ResourcePolicy"], "resource"
    return _parse(params["ResourcePolicy"], "ResourcePolicy", "resource")


def _caller(params: dict[str, Any], source: Principal) -> Principal:
    if "CallerArn" not in params:
        return source if source.arn else Principal(f"arn:aws:iam::{ACCOUNT_ID}:user/simulated", ACCOUNT_ID)
    arn = str(params["CallerArn"])
    if ":user/" not in arn:
        raise _invalid("The CallerArn must be the ARN of an IAM user.")
    return Principal(arn, _account_of(arn))


def _context(params: dict[str, Any], caller: Principal) -> dict[str, str | tuple[str, ...]]:
    """The given keys, and those the caller's ARN tells by itself."""
    context: dict[str, str | tuple[str, ...]] = {
        "aws:PrincipalArn": caller.role_arn or caller.arn,
        "aws:PrincipalAccount": caller.account,
    }
    if ":user/" in caller.arn and not caller.arn.endswith(":user/simulated"):
        context["aws:username"] = caller.arn.rpartition("/")[2]
    for entry in params.get("ContextEntries", []):
        values = tuple(entry.get("ContextKeyValues", ()))
        is_list = entry.get("ContextKeyType", "string").endswith("List")
        context[entry.get("ContextKeyName", "")] = values if is_list or len(values) != 1 else values[0]
    return context


def _source(directory: IamDirectory, arn: str) -> tuple[Principal, PolicySet]:
    found = _SOURCE.fullmatch(arn)
    if found is None:
        raise _invalid(f"Invalid Entity Arn: {arn} is neither a user nor a group nor a role.")
    policies = directory.policies_of_entity(found["kind"], found["name"], arn)
    if policies is None:
        text = f"The {found['kind']} with name {found['name']} cannot be found."
        raise ServiceError("NoSuchEntity", text, status=404)
    if found["kind"] == "group":
        return Principal(), policies
    return Principal(arn, found["account"], arn if found["kind"] == "role" else ""), policies


def _inputs(params: dict[str, Any], name: str, layer: Layer, texts: dict[str, str]) -> list[Policy]:
    found = []
    for number, text in enumerate(params.get(name, []), start=1):
        texts[f"{name}.{number}"] = text
        found.append(_parse(text, f"{name}.{number}", layer))
    return found


def _parse(document: Any, name: str, layer: Layer) -> Policy:
    try:
        return parse_policy(document, name=name, layer=layer)
    except PolicyError as problem:
        raise _invalid(f"The policy is not in the valid JSON format: {problem}") from None


def _policies(layers: Layers) -> list[Policy]:
    limits = [each for each in (layers.boundary, layers.resource) if each is not None]
    return [*layers.identity, *limits, *(layers.scp or ())]


def _keys(policies: Iterable[Policy]) -> list[str]:
    """Every condition key the policies ask for, once, whatever its case."""
    named: dict[str, str] = {}
    for policy in policies:
        for statement in policy.statements:
            texts = [*statement.resources, *statement.not_resources]
            for condition in statement.conditions:
                named.setdefault(condition.key.lower(), condition.key)
                texts += condition.values
            for name in (name for text in texts if policy.has_variables for name in variable_names(text)):
                named.setdefault(name.lower(), name)
    return sorted(named.values())


def _account_of(arn: str) -> str:
    return arn.split(":")[4] if arn.count(":") >= 5 else arn


def _read_marker(world: World, marker: str) -> int:
    if not marker:
        return 0
    try:
        return int(unseal(world, "iam-simulation", marker)[0])
    except ServiceError:
        raise _invalid("Invalid Marker.") from None


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidInput", text, status=400)
