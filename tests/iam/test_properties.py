"""What holds for every policy and every request."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.iam.evaluate import Layers, evaluate
from cognito_explorer.iam.match import matches, wildcard_pattern
from cognito_explorer.iam.policy import PolicyError, parse_policy
from cognito_explorer.iam.request import Request
from tests.iam.documents import ANONYMOUS, BY_SESSION, BY_USER, ROLE, ROOT, SESSION, USER, Raw, allow, deny, policy

ACTIONS = ("s3:GetObject", "s3:PutObject", "sns:Publish")
RESOURCES = ("arn:aws:s3:::a/b", "arn:aws:s3:::a/c/d", "*")
KEYS = ("aws:username", "aws:PrincipalTag/plan")
VALUES = ("ada", "paid", "*")

operators = st.sampled_from(
    ["StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals"]
)
conditions = st.dictionaries(operators, st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), min_size=1))
statements = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect,
        action[0]: action[1],
        resource[0]: resource[1],
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.tuples(st.sampled_from(["Action", "NotAction"]), st.sampled_from([*ACTIONS, "s3:*", "*"])),
    st.tuples(
        st.sampled_from(["Resource", "NotResource"]),
        st.sampled_from([*RESOURCES, "arn:aws:s3:::a/*", "arn:aws:s3:::a/${aws:username, 'b'}"]),
    ),
    conditions,
)
bodies = st.lists(statements, max_size=4)
principals = st.sampled_from(["*", {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": ROOT}, {"AWS": USER}])
values = st.one_of(st.sampled_from(VALUES), st.lists(st.sampled_from(VALUES), max_size=2).map(tuple))
requests = st.builds(
    Request,
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.sampled_from([BY_SESSION, BY_USER, ANONYMOUS]),
    st.dictionaries(st.sampled_from(KEYS), values),
)


@st.composite
def layers(draw: st.DrawFn, extra: tuple[Raw, ...] = (), to: str = "identity") -> Layers:
    """Any set of policies; `extra` statements go to the layer named by `to`."""

    def body(layer: str) -> list[Raw]:
        return [*draw(bodies), *(extra if layer == to else ())]

    def is_there(layer: str) -> bool:
        return layer == to or draw(st.booleans())

    named = [{**each, "Principal": draw(principals)} for each in draw(bodies)]
    return Layers(
        identity=(policy(*body("identity")),),
        boundary=policy(*body("boundary"), layer="boundary") if is_there("boundary") else None,
        session=(policy(*body("session"), layer="session"),) if is_there("session") else None,
        resource=policy(*named, *({**each, "Principal": "*"} for each in extra), layer="resource")
        if is_there("resource")
        else None,
        scp=(policy(*body("scp"), layer="scp"),) if is_there("scp") else None,
    )


@pytest.mark.parametrize("layer", ["identity", "boundary", "session", "scp", "resource"])
@given(data=st.data(), request_=requests)
def test_an_explicit_deny_anywhere_wins(layer: str, data: st.DataObject, request_: Request) -> None:
    verdict = evaluate(request_, data.draw(layers(extra=(deny("*"),), to=layer)))
    assert verdict.decision == "explicit_deny"
    assert verdict.statement is not None
    assert verdict.statement.effect == "Deny"


@given(before=layers(), extra=statements, request_=requests)
def test_one_more_allow_never_turns_allowed_into_denied(before: Layers, extra: Raw, request_: Request) -> None:
    more = policy({**extra, "Effect": "Allow"})
    after = replace(before, identity=(*before.identity, more))
    if evaluate(request_, before).is_allowed:
        assert evaluate(request_, after).is_allowed
    else:
        assert evaluate(request_, after).decision in ("allowed", evaluate(request_, before).decision)


@given(applied=layers(), request_=requests, limit=bodies)
def test_session_policies_never_give_what_was_not_there(applied: Layers, request_: Request, limit: list[Raw]) -> None:
    limited = replace(applied, session=(policy(*limit, layer="session"), *(applied.session or ())))
    if evaluate(request_, limited).is_allowed:
        assert evaluate(request_, replace(applied, session=None)).is_allowed


@given(applied=layers(), request_=requests)
def test_nothing_is_allowed_without_an_allow_that_is_named(applied: Layers, request_: Request) -> None:
    verdict = evaluate(request_, applied)
    assert (verdict.statement is None) is (verdict.decision == "implicit_deny")
    if verdict.is_allowed:
        assert verdict.statement is not None
        assert verdict.statement.effect == "Allow"
    assert all(each.why for each in verdict.considered)


@given(applied=layers(), request_=requests, unknown=st.sets(st.sampled_from(KEYS)), value=st.sampled_from(VALUES))
def test_a_verdict_despite_unknown_keys_holds_for_every_value(
    applied: Layers, request_: Request, unknown: set[str], value: str
) -> None:
    known = {key: each for key, each in request_.context.items() if key not in unknown}
    early = evaluate(
        Request(request_.action, request_.resource, request_.principal, known, unknown_keys=frozenset(unknown)), applied
    )
    late = evaluate(
        Request(request_.action, request_.resource, request_.principal, {**known, **dict.fromkeys(unknown, value)}),
        applied,
    )
    if early.decision != "undetermined":
        assert early.is_allowed is late.is_allowed


few_letters = st.text(alphabet="ab*?", max_size=12)


@given(pattern=few_letters, text=few_letters)
def test_wildcards_match_as_the_plainest_definition_says(pattern: str, text: str) -> None:
    assert matches(wildcard_pattern(pattern), text) is plainly_matches(pattern, text)


@cache
def plainly_matches(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return plainly_matches(pattern[1:], text) or (bool(text) and plainly_matches(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and plainly_matches(pattern[1:], text[1:])


texts = st.text(max_size=20)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(
    operator=st.sampled_from(
        ["NumericLessThan", "DateGreaterThan", "IpAddress", "NotIpAddress", "BinaryEquals", "ArnLike", "Bool", "Null"]
    ),
    wanted=texts,
    actual=texts | st.lists(texts).map(tuple),
    resource=texts,
)
def test_matching_never_raises(operator: str, wanted: str, actual: str | tuple[str, ...], resource: str) -> None:
    own = policy(allow("*", [resource + "${" + wanted, "*"], Condition={operator: {"aws:k": wanted}}))
    assert evaluate(Request(wanted, resource, BY_SESSION, {"aws:k": actual}), Layers((own,))).reason


@given(raw=st.dictionaries(st.sampled_from(["Version", "Statement", "Id"]), anything) | anything.map(str))
def test_a_document_is_read_or_refused_and_nothing_else(raw: Any) -> None:
    read_or_refuse(raw)


@given(
    members=st.dictionaries(
        st.sampled_from(["Sid", "Effect", "Action", "Resource", "Condition", "Principal", "NotPrincipal"]), anything
    )
)
def test_a_statement_is_read_or_refused_and_nothing_else(members: dict[str, Any]) -> None:
    read_or_refuse({"Statement": {**allow(Principal="*"), **members}})


def read_or_refuse(raw: Any) -> None:
    try:
        parsed = parse_policy(raw, name="Any", layer="resource")
    except PolicyError as refusal:
        assert str(refusal).startswith("Any")
    else:
        assert evaluate(Request("s3:GetObject", "*", BY_SESSION), Layers(resource=parsed)).reason


@given(
    pair=st.sampled_from([("String", "Equals"), ("String", "Like"), ("Numeric", "Equals"), ("Arn", "Like")]),
    wanted=st.lists(st.sampled_from(["1", "2", "a*", "arn:aws:s3:::a", "arn:aws:s3:::*"]), min_size=1, max_size=3),
    actual=st.lists(st.sampled_from(["1", "2", "ab", "arn:aws:s3:::a"]), min_size=1, max_size=3).map(tuple),
)
def test_a_negated_operator_holds_exactly_where_its_twin_does_not(
    pair: tuple[str, str], wanted: list[str], actual: tuple[str, ...]
) -> None:
    kind, name = pair

    def holds(operator: str) -> bool:
        own = policy(allow(Condition={operator: {"aws:k": wanted}}))
        return evaluate(Request("s3:GetObject", "*", BY_SESSION, {"aws:k": actual}), Layers((own,))).is_allowed

    assert holds(f"{kind}Not{name}") is not holds(f"{kind}{name}")
    assert holds(f"ForAnyValue:{kind}Not{name}") is not holds(f"ForAllValues:{kind}{name}")
    assert holds(f"ForAllValues:{kind}Not{name}") is not holds(f"ForAnyValue:{kind}{name}")
