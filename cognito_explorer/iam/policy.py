"""Policy documents as records. Rule source: IAM's grammar of the JSON policy language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Layer = Literal["identity", "boundary", "session", "resource", "trust", "scp", "rcp"]
Effect = Literal["Allow", "Deny"]

_STATEMENT_MEMBERS = frozenset({
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
})  # fmt: skip
_VERSIONS = ("2012-10-17", "2008-10-17")
_PRINCIPAL_KINDS = frozenset({"AWS", "Federated", "Service", "CanonicalUser"})
_WITH_PRINCIPAL: tuple[Layer, ...] = ("resource", "trust", "rcp")
_ORDERED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_OPERATORS = frozenset({
    *(f"String{name}" for name in ("Equals", "NotEquals", "Like", "NotLike")),
    "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    *(f"{kind}{name}" for kind in ("Numeric", "Date") for name in _ORDERED),
    *(f"Arn{name}" for name in ("Equals", "NotEquals", "Like", "NotLike")),
    "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null",
})  # fmt: skip


class PolicyError(ValueError):
    """A document that is no policy; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator. `quantifier` is "", "ForAllValues" or "ForAnyValue"."""

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    is_if_exists: bool = False

    @property
    def full_operator(self) -> str:
        """The operator as it is written in the document."""
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.operator}{'IfExists' if self.is_if_exists else ''}"


@dataclass(frozen=True, slots=True)
class Principals:
    """Whom a statement is about, by kind: AWS, Federated, Service. "*" stands in `aws`."""

    aws: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    service: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everybody who is named."""
        return self.aws + self.federated + self.service


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Empty tuples mean that the element is absent."""

    index: int
    sid: str
    effect: Effect
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: Principals | None = None
    not_principals: Principals | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def label(self) -> str:
        """Its Sid, or its place in the policy."""
        return self.sid or f"statement {self.index + 1}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. `version` is "" where the document names none."""

    name: str
    layer: Layer
    statements: tuple[Statement, ...]
    version: str = "2012-10-17"

    @property
    def has_variables(self) -> bool:
        """Whether ${…} means a variable; in older versions it is literal text."""
        return self.version == "2012-10-17"


def parse_policy(document: str | Mapping[str, Any], *, name: str, layer: Layer) -> Policy:
    """Read a policy document. Raises PolicyError, saying which statement and element is wrong."""
    parsed = _load(document, name)
    version = parsed.get("Version", "")
    if version not in ("", *_VERSIONS):
        raise PolicyError(f"{name}: Version must be 2012-10-17 or 2008-10-17.")
    unknown = [member for member in parsed if member not in ("Version", "Id", "Statement")]
    if unknown:
        raise PolicyError(f"{name}: {unknown[0]!r} is not an element of a policy.")
    statements = parsed.get("Statement")
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list):
        raise PolicyError(f"{name}: Statement is missing or is neither an object nor a list.")
    read = tuple(_statement(one, index, name, layer) for index, one in enumerate(statements))
    return Policy(name, layer, read, version)


def _load(document: str | Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=lambda pairs: _unique(pairs, name))
        except PolicyError:
            raise
        except (ValueError, RecursionError) as trouble:
            raise PolicyError(f"{name}: the document is not JSON.") from trouble
    if not isinstance(document, Mapping):
        raise PolicyError(f"{name}: the document is not an object.")
    return document


def _unique(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    """A member given twice would silently lose its first value."""
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise PolicyError(f"{name}: {twice!r} stands twice in one object.")
    return members


def _statement(raw: Any, index: int, name: str, layer: Layer) -> Statement:
    where = f"{name}, statement {index + 1}"
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{where}: it is not an object.")
    unknown = [member for member in raw if member not in _STATEMENT_MEMBERS]
    if unknown:
        raise PolicyError(f"{where}: {unknown[0]!r} is not an element of a statement.")
    effect = raw.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise PolicyError(f"{where}: Effect must be Allow or Deny.")
    sid = raw.get("Sid", "")
    if not isinstance(sid, str):
        raise PolicyError(f"{where}: Sid must be a string.")
    _check_pairs(raw, where, layer)
    return Statement(
        index=index,
        sid=sid,
        effect=effect,
        actions=_strings(raw, "Action", where),
        not_actions=_strings(raw, "NotAction", where),
        resources=_strings(raw, "Resource", where),
        not_resources=_strings(raw, "NotResource", where),
        principals=_principals(raw, "Principal", where),
        not_principals=_principals(raw, "NotPrincipal", where),
        conditions=_conditions(raw.get("Condition"), where),
    )


def _check_pairs(raw: Mapping[str, Any], where: str, layer: Layer) -> None:
    if ("Action" in raw) == ("NotAction" in raw):
        raise PolicyError(f"{where}: exactly one of Action and NotAction must be there.")
    if "Resource" in raw and "NotResource" in raw:
        raise PolicyError(f"{where}: Resource and NotResource exclude each other.")
    if layer != "trust" and "Resource" not in raw and "NotResource" not in raw:
        raise PolicyError(f"{where}: Resource or NotResource must be there.")
    has_principal = "Principal" in raw or "NotPrincipal" in raw
    if "Principal" in raw and "NotPrincipal" in raw:
        raise PolicyError(f"{where}: Principal and NotPrincipal exclude each other.")
    if layer in _WITH_PRINCIPAL and not has_principal:
        raise PolicyError(f"{where}: Principal must be there.")
    if layer not in _WITH_PRINCIPAL and has_principal:
        raise PolicyError(f"{where}: Principal has no place in this kind of policy.")


def _strings(raw: Mapping[str, Any], member: str, where: str) -> tuple[str, ...]:
    if member not in raw:
        return ()
    value = raw[member]
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
        raise PolicyError(f"{where}: {member} must be a string or a list of strings, and not empty.")
    return tuple(values)


def _principals(raw: Mapping[str, Any], member: str, where: str) -> Principals | None:
    if member not in raw:
        return None
    named = raw[member]
    if named == "*":
        return Principals(aws=("*",))
    if not isinstance(named, Mapping) or not named:
        raise PolicyError(f'{where}: {member} must be "*" or an object that names somebody.')
    unknown = [kind for kind in named if kind not in _PRINCIPAL_KINDS]
    if unknown:
        raise PolicyError(f"{where}: {unknown[0]!r} is not a kind of {member}.")
    return Principals(
        aws=_strings(named, "AWS", where),
        federated=_strings(named, "Federated", where),
        service=_strings(named, "Service", where),
    )


def _conditions(raw: Any, where: str) -> tuple[Condition, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{where}: Condition must be an object.")
    if not all(isinstance(operator, str) for operator in raw):
        raise PolicyError(f"{where}: condition operators must be strings.")
    found: list[Condition] = []
    for operator, block in raw.items():
        if not isinstance(block, Mapping):
            raise PolicyError(f"{where}: {operator} must hold an object of keys and values.")
        found.extend(_condition(operator, key, value, where) for key, value in block.items())
    return tuple(found)


def _condition(operator: str, key: str, value: Any, where: str) -> Condition:
    quantifier, colon, bare = operator.rpartition(":")
    is_if_exists = bare.endswith("IfExists") and bare != "NullIfExists"
    name = bare.removesuffix("IfExists") if is_if_exists else bare
    if name not in _OPERATORS or (colon and quantifier not in ("ForAllValues", "ForAnyValue")):
        raise PolicyError(f"{where}: {operator!r} is not a condition operator.")
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | bool | int | float) for each in values):
        raise PolicyError(f"{where}: {key!r} must have strings, numbers or booleans as values, at least one.")
    texts = tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)
    return Condition(name, key, texts, quantifier, is_if_exists)
