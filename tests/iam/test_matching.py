"""Actions, resources and principals."""

import time

import pytest

from cognito_explorer.iam.match import matches, wildcard_pattern
from tests.iam.documents import ACCOUNT, ARTICLE, Raw, allow, decide, deny


@pytest.mark.parametrize(
    ("pattern", "action", "is_match"),
    [
        ("s3:GetObject", "s3:GetObject", True),
        ("s3:getobject", "s3:GetObject", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:GetObject", "s3:GetObjectAcl", False),
        ("s3:Get*", "s3:GetObjectAcl", True),
        ("s3:*Object", "s3:GetObject", True),
        ("s3:G*O*t", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:GetObjec?", "s3:GetObject", True),
        ("s3:GetObject?", "s3:GetObject", False),
        ("s3:*", "s3:GetObject", True),
        ("s3:*", "sns:Publish", False),
        ("*", "sns:Publish", True),
        ("GetObject", "s3:GetObject", False),
        (["sns:*", "s3:GetObject"], "s3:GetObject", True),
        (["sns:*", "sqs:*"], "s3:GetObject", False),
    ],
)
def test_an_action_is_matched_without_case_and_with_wildcards(pattern: object, action: str, is_match: bool) -> None:
    assert decide(allow(pattern), action=action).is_allowed is is_match


@pytest.mark.parametrize(
    ("pattern", "resource", "is_match"),
    [
        ("*", ARTICLE, True),
        (ARTICLE, ARTICLE, True),
        ("arn:aws:s3:::moonletter-content/*", ARTICLE, True),
        ("arn:aws:s3:::moonletter-content/*.md", ARTICLE, True),
        ("arn:aws:s3:::moonletter-content/articles/2026-??-halving.md", ARTICLE, True),
        ("arn:aws:s3:::moonletter-content/Articles/*", ARTICLE, False),
        ("arn:aws:s3:::moonletter-content", ARTICLE, False),
        ("arn:aws:s3:::*", ARTICLE, True),
        ("arn:*:s3:::moonletter-content/*", ARTICLE, True),
        ("arn:aws:*:::moonletter-content/*", ARTICLE, False),
        ("arn:aws:s?:::moonletter-content/*", ARTICLE, False),
        ("arn:aws-cn:s3:::moonletter-content/*", ARTICLE, False),
        ("arn:aws:s3:*:*:moonletter-content/*", ARTICLE, True),
        ("arn:*", ARTICLE, False),
        (
            f"arn:aws:cognito-idp:*:{ACCOUNT}:userpool/*",
            f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a",
            True,
        ),
        (
            f"arn:aws:cognito-idp:us-*:{ACCOUNT}:userpool/*",
            f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a",
            True,
        ),
        (
            f"arn:aws:cognito-idp:eu-*:{ACCOUNT}:userpool/*",
            f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a",
            False,
        ),
        (
            f"arn:aws:cognito-idp:us-east-?:{ACCOUNT}:*",
            f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a",
            True,
        ),
        ("arn:aws:cognito-idp:*:userpool/*", f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a", False),
        ("arn:aws:cognito-idp:us-east-1:2:*", f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a", False),
        (
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*",
            f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:web:log-stream:a/b",
            True,
        ),
        (["arn:aws:s3:::other/*", ARTICLE], ARTICLE, True),
        ("*", "*", True),
        (f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/*", "*", False),
    ],
)
def test_a_resource_is_matched_segment_by_segment(pattern: object, resource: str, is_match: bool) -> None:
    assert decide(allow("*", pattern), resource=resource).decision == ("allowed" if is_match else "implicit_deny")


@pytest.mark.parametrize(
    ("statement", "is_match"),
    [
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"NotAction": "s3:Get*", "Resource": "*"}, False),
        ({"NotAction": ["iam:*", "S3:getobject"], "Resource": "*"}, False),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}, True),
        ({"Action": "s3:*", "NotResource": ["arn:aws:s3:::other/*", "arn:aws:s3:::moonletter-content/*"]}, False),
        ({"Action": "s3:*", "NotResource": "*"}, False),
    ],
)
def test_not_action_and_not_resource_are_complements(statement: Raw, is_match: bool) -> None:
    assert decide({"Effect": "Allow", **statement}).is_allowed is is_match
    assert decide(allow(), {"Effect": "Deny", **statement}).is_allowed is not is_match


def test_what_did_not_match_is_told_with_expected_and_actual() -> None:
    verdict = decide(
        allow("sns:Publish", Sid="News"),
        allow("s3:*", "arn:aws:s3:::other/*"),
        {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::moonletter-content/*"},
    )
    told = [(each.statement, each.mismatch.element, each.why) for each in verdict.considered]
    assert told == [
        ("News", "action", "its actions (sns:Publish) do not cover s3:GetObject"),
        ("statement 2", "resource", f"its resources (arn:aws:s3:::other/*) do not cover {ARTICLE}"),
        ("statement 3", "action", "its actions (all but s3:Get*) do not cover s3:GetObject"),
        (
            "statement 4",
            "resource",
            f"its resources (all but arn:aws:s3:::moonletter-content/*) do not cover {ARTICLE}",
        ),
    ]
    first = verdict.considered[0].mismatch
    assert (first.expected, first.actual) == (("sns:Publish",), ("s3:GetObject",))


def test_one_action_of_a_deny_is_enough_for_all_of_it() -> None:
    assert decide(allow("*"), deny(["iam:*", "s3:GetObject"])).decision == "explicit_deny"


@pytest.mark.parametrize("pattern", ["*a" * 40 + "*b", "a*" * 40 + "b", "*" * 200 + "b", "?*" * 100 + "b"])
def test_a_wicked_pattern_takes_no_time(pattern: str) -> None:
    started = time.perf_counter()
    assert not matches(wildcard_pattern(pattern), "a" * 2000)
    assert time.perf_counter() - started < 2
