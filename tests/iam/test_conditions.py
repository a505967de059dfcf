"""Every operator, absent keys, several values, set operators."""

import pytest

from tests.iam.documents import Context, allow, decide

DATE = "2026-11-23T01:00:00Z"
ROLE = "arn:aws:iam::1:role/Reader"


def holds(operator: str, values: object, context: Context) -> bool:
    return decide(allow(Condition={operator: {"aws:k": values}}), context=context).is_allowed


@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "is_met"),
    [
        ("StringEquals", "paid", "paid", True),
        ("StringEquals", "paid", "Paid", False),
        ("StringEquals", "p*", "paid", False),
        ("StringEquals", "p*", "p*", True),
        ("StringEquals", ["free", "paid"], "paid", True),
        ("StringNotEquals", "paid", "free", True),
        ("StringNotEquals", "paid", "paid", False),
        ("StringNotEquals", ["free", "paid"], "paid", False),
        ("StringNotEquals", ["free", "paid"], "trial", True),
        ("StringEqualsIgnoreCase", "PAID", "paid", True),
        ("StringEqualsIgnoreCase", "PAID", "free", False),
        ("StringNotEqualsIgnoreCase", "PAID", "paid", False),
        ("StringNotEqualsIgnoreCase", "PAID", "free", True),
        ("StringLike", "p*d", "paid", True),
        ("StringLike", "pa?d", "paid", True),
        ("StringLike", "P*", "paid", False),
        ("StringLike", ["x*", "p*"], "paid", True),
        ("StringNotLike", "p*", "paid", False),
        ("StringNotLike", ["x*", "y*"], "paid", True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "10", True),
        ("NumericEquals", "10", "eleven", False),
        ("NumericNotEquals", "10", "11", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("DateEquals", DATE, "2026-11-23T02:00:00+01:00", True),
        ("DateEquals", DATE, "1795395600", True),
        ("DateNotEquals", DATE, DATE, False),
        ("DateLessThan", DATE, "2026-11-22T23:59:59Z", True),
        ("DateLessThan", DATE, DATE, False),
        ("DateLessThanEquals", DATE, DATE, True),
        ("DateGreaterThan", "2026-11-22", DATE, True),
        ("DateGreaterThan", DATE, "soon", False),
        ("DateGreaterThanEquals", DATE, "1795395599", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "True", "true", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "aGVsbG8=", "aGVsbG8=", True),
        ("BinaryEquals", "aGVsbG8=", "aGVsbA==", False),
        ("BinaryEquals", "not base64", "not base64", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "203.0.113.7", "203.0.113.8", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::7", True),
        ("IpAddress", "2001:db8::7", "2001:db8::7", True),
        ("IpAddress", "2001:db8::/32", "203.0.113.7", False),
        ("IpAddress", "203.0.113.0/24", "nowhere", False),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.9", False),
        ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "192.0.2.1", True),
        ("ArnEquals", ROLE, ROLE, True),
        ("ArnEquals", "arn:aws:iam::*:role/R*", ROLE, True),
        ("ArnLike", "arn:aws:iam::*:role/R*", ROLE, True),
        ("ArnLike", "arn:aws:*::1:role/Reader", ROLE, True),
        ("ArnLike", "arn:aws:iam:*:role/Reader", ROLE, False),
        ("ArnLike", "arn:aws:iam::1:role/reader", ROLE, False),
        ("ArnLike", "arn:aws:iam::1:role/Reader", "Reader", False),
        ("ArnNotEquals", "arn:aws:iam::1:role/R*", ROLE, False),
        ("ArnNotLike", "arn:aws:iam::2:role/R*", ROLE, True),
    ],
)
def test_an_operator_compares_as_documented(operator: str, wanted: object, actual: str, is_met: bool) -> None:
    assert holds(operator, wanted, {"aws:k": actual}) is is_met
    assert holds(f"{operator}IfExists", wanted, {"aws:k": actual}) is is_met


def test_a_set_of_empty_strings_is_an_empty_set_for_all_values_alone() -> None:
    assert holds("ForAllValues:StringEquals", "paid", {"aws:k": ""})
    assert holds("ForAllValues:StringEquals", "paid", {"aws:k": ("", "paid")})
    assert not holds("ForAllValues:StringEquals", "paid", {"aws:k": ("", "free")})
    assert not holds("ForAnyValue:StringEquals", "paid", {"aws:k": ""})


@pytest.mark.parametrize(
    ("operator", "is_met"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("NumericLessThan", False),
        ("DateLessThan", False),
        ("Bool", False),
        ("BinaryEquals", False),
        ("IpAddress", False),
        ("ArnLike", False),
        ("StringNotEquals", True),
        ("StringNotEqualsIgnoreCase", True),
        ("StringNotLike", True),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("NotIpAddress", True),
        ("ArnNotEquals", True),
        ("ArnNotLike", True),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
    ],
)
def test_an_absent_key_fails_positive_operators_and_passes_negated_ones(operator: str, is_met: bool) -> None:
    assert holds(operator, "1", {}) is is_met
    assert holds(operator, "1", {"aws:k": ()}) is is_met


@pytest.mark.parametrize(
    ("wanted", "context", "is_met"),
    [
        ("true", {}, True),
        ("true", {"aws:k": "x"}, False),
        ("false", {}, False),
        ("false", {"aws:k": "x"}, True),
        (True, {}, True),
        ("True", {"aws:k": ()}, True),
        (["true", "false"], {}, True),
    ],
)
def test_null_asks_for_presence(wanted: object, context: Context, is_met: bool) -> None:
    assert holds("Null", wanted, context) is is_met


@pytest.mark.parametrize(
    ("operator", "actual", "is_met"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringNotEquals", ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("a", "c"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAnyValue:StringNotEquals", ("a", "c"), True),
        ("ForAnyValue:StringNotEquals", ("a", "b"), False),
        ("StringEquals", ("c", "a"), True),
        ("StringNotEquals", ("c", "a"), False),
        ("StringNotEquals", ("c", "d"), True),
    ],
)
def test_set_operators_look_at_every_value(operator: str, actual: str | tuple[str, ...], is_met: bool) -> None:
    assert holds(operator, ["a", "b"], {"aws:k": actual}) is is_met


def test_operators_and_keys_must_all_hold() -> None:
    condition = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "StringLike": {"aws:c": "3*"}}
    whole: Context = {"aws:a": "1", "aws:b": "2", "aws:c": "33"}
    assert decide(allow(Condition=condition), context=whole).is_allowed
    for key in whole:
        assert not decide(allow(Condition=condition), context={**whole, key: "other"}).is_allowed


def test_key_names_are_case_insensitive() -> None:
    condition = {"StringEquals": {"AWS:principaltag/Plan": "paid"}}
    assert decide(allow(Condition=condition), context={"aws:PrincipalTag/plan": "paid"}).is_allowed


def test_the_unmet_condition_is_told_with_expected_and_actual() -> None:
    def why(operator: str, wanted: object, context: Context) -> tuple[str, str]:
        mismatch = decide(allow(Condition={operator: {"aws:k": wanted}}), context=context).considered[0].mismatch
        return mismatch.element, mismatch.why

    assert why("StringEquals", ["a", "b"], {"aws:k": "c"}) == ("condition", "aws:k is c, StringEquals wants a or b")
    assert why("ForAnyValue:StringLikeIfExists", "a", {"aws:k": ("c", "d")}) == (
        "condition",
        "aws:k is c and d, ForAnyValue:StringLikeIfExists wants a",
    )
    assert why("StringEquals", "a", {}) == ("missing_key", "aws:k is not part of the request")
    assert why("Null", "true", {"aws:k": "c"}) == ("condition", "aws:k is set")
    assert why("Null", "false", {}) == ("missing_key", "aws:k is not part of the request")
