"""What answers teach: permissions given, missing, given later, and operations an endpoint lacks."""

from dataclasses import replace

import pytest

from cognito_explorer.core.aws.answers_seen import AnswersSeen, is_lacking
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.errors import ExplorerError
from tests.core.aws.stubbed import SANDBOX, Stubbed
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox

LISTS = ("cognito-idp", "ListGroups")
DENIED = explain(
    "AccessDeniedException",
    "User: arn:aws:iam::1:user/x is not authorized to perform: cognito-idp:ListGroups on resource: *",
    "cognito-idp:ListGroups",
)


def test_the_newest_answer_counts() -> None:
    seen = AnswersSeen()
    assert seen.note(*LISTS, DENIED)
    assert not seen.note(*LISTS, DENIED), "nothing new"
    assert "cognito-idp:ListGroups is missing" in seen.why_not(*LISTS)
    assert seen.note(*LISTS, None)
    assert seen.why_not(*LISTS) == ""
    assert seen.allowed == {LISTS}
    seen.forget()
    assert (seen.allowed, dict(seen.refused), dict(seen.lacking)) == (frozenset(), {}, {})


@pytest.mark.parametrize(
    ("code", "message", "lacks"),
    [
        ("UnknownOperationException", "", True),
        ("501", "", True),
        ("404", "Not Found", True),
        ("InternalFailure", "API action 'ListTerms' for service 'cognito-idp' not yet implemented", True),
        ("CognitoLocal#Unsupported", "Cognito Local unsupported feature: ListTerms", True),
        ("ResourceNotFoundException", "User pool x does not exist.", False),
        ("NotAuthorizedException", "Incorrect username or password.", False),
    ],
)
def test_an_endpoint_that_lacks_an_operation_is_told_from_other_failures(code: str, message: str, lacks: bool) -> None:
    assert is_lacking(explain(code, message, "cognito-idp:ListTerms")) is lacks


async def test_what_an_endpoint_lacks_is_asked_for_once() -> None:
    stubbed = Stubbed(replace(SANDBOX, kind="keys"))
    said = "The operation is unknown."
    stubbed.reader.add_client_error("list_user_pools", "UnknownOperationException", said, 404)
    for _ in range(2):
        with pytest.raises(ExplorerError):
            await stubbed.aws.read(stubbed.aws.idp.list_user_pools, MaxResults=1)
    assert len(stubbed.aws.calls.recent()) == 1
    assert "has no ListUserPools" in stubbed.aws.permit.why_not("ListUserPools")
    stubbed.aws.permit.try_again()
    assert stubbed.aws.permit.why_not("ListUserPools") == ""
    stubbed.aws.close()


async def test_the_refusals_of_other_credentials_are_not_the_profiles(demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(profile_of(demo_sandbox))
    acting = aws.acting_as("AKIANOBODY", "wrong", "")
    with pytest.raises(ExplorerError):
        await acting.read(acting.idp.list_user_pools, MaxResults=1)
    await aws.read(aws.idp.list_user_pools, MaxResults=1)
    assert dict(aws.permit.seen.refused) == {}
    assert ("cognito-idp", "ListUserPools") in aws.permit.seen.allowed
    acting.close()
    aws.close()
