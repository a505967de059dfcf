"""What keeps an identity pool from assuming a role, read from its trust policy. Pure."""

import json
from collections.abc import Mapping
from typing import Any

_PROVIDER = "cognito-identity.amazonaws.com"
_ASSUME = "sts:AssumeRoleWithWebIdentity"


def trust_defects(document: Any, identity_pool_id: str, amr: str) -> dict[str, str]:
    """Sentences by kind: principal, action, audience, amr, tags. `amr` is what the caller is: authenticated or not."""
    allowing = [each for each in _list(_parsed(document).get("Statement")) if each.get("Effect") == "Allow"]
    ours = [each for each in allowing if _PROVIDER in _list(_mapping(each.get("Principal")).get("Federated"))]
    if not ours:
        named = sorted({str(name) for each in allowing for name in _principals(each)})
        return {"principal": f"trusts {', '.join(named) or 'nobody'} and not {_PROVIDER}"}
    fitting = [each for each in ours if _allows(each, _ASSUME)]
    if not fitting:
        actions = sorted({str(action) for each in ours for action in _list(each.get("Action"))})
        return {"action": f"allows {', '.join(actions)} and not {_ASSUME}"}
    found = [_condition_defects(each, identity_pool_id, amr) for each in fitting]
    best = min(found, key=len)
    if not any(_allows(each, "sts:TagSession") for each in ours):
        best["tags"] = "does not allow sts:TagSession"
    return best


def lacks_audience(document: Any) -> bool:
    """Whether a statement lets every identity pool of the world in."""
    statements = _list(_parsed(document).get("Statement"))
    ours = [each for each in statements if _PROVIDER in _list(_mapping(each.get("Principal")).get("Federated"))]
    return any(not _values(each, "aud") and not _foreign_keys(each) for each in ours)


def _condition_defects(statement: Mapping[str, Any], identity_pool_id: str, amr: str) -> dict[str, str]:
    found: dict[str, str] = {}
    foreign = _foreign_keys(statement)
    audiences, methods = _values(statement, "aud"), _values(statement, "amr")
    if foreign:
        found["audience"] = f"has a condition on {', '.join(foreign)}, which Cognito never sets"
    elif audiences and identity_pool_id not in audiences:
        found["audience"] = f"wants aud {', '.join(audiences)} and not {identity_pool_id}"
    if amr and methods and amr not in methods:
        found["amr"] = f"wants amr {', '.join(methods)} and not {amr}"
    return found


def _foreign_keys(statement: Mapping[str, Any]) -> list[str]:
    return sorted({key for key, _ in _conditions(statement) if not key.lower().startswith((f"{_PROVIDER}:", "aws:"))})


def _values(statement: Mapping[str, Any], name: str) -> list[str]:
    wanted = f"{_PROVIDER}:{name}"
    return [str(value) for key, values in _conditions(statement) if key.lower() == wanted for value in _list(values)]


def _conditions(statement: Mapping[str, Any]) -> list[tuple[str, Any]]:
    blocks = _mapping(statement.get("Condition")).values()
    return [(str(key), values) for block in blocks for key, values in _mapping(block).items()]


def _allows(statement: Mapping[str, Any], action: str) -> bool:
    return any(str(each).lower() in (action.lower(), "sts:*", "*") for each in _list(statement.get("Action")))


def _principals(statement: Mapping[str, Any]) -> list[Any]:
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping):
        return _list(principal)
    return [name for names in principal.values() for name in _list(names)]


def _parsed(document: Any) -> Mapping[str, Any]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return {}
    return _mapping(document)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
