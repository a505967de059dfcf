"""The account's own rates: taken over where the endpoint knows them, left alone where it does not."""

from cognito_explorer.core.aws.provisioned_limits import CATEGORIES, adopt_provisioned_limits
from tests.core.aws.stubbed import Stubbed


async def test_the_accounts_rates_are_taken_over() -> None:
    stubbed = Stubbed()
    for category in CATEGORIES:
        definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
        limit = {"LimitDefinition": definition, "ProvisionedLimitValue": 240, "FreeLimitValue": 120}
        stubbed.reader.add_response("get_provisioned_limit", {"Limit": limit}, {"LimitDefinition": definition})
    assert await adopt_provisioned_limits(stubbed.aws) == dict.fromkeys(CATEGORIES, 240.0)
    stubbed.aws.close()


async def test_an_endpoint_without_the_operation_keeps_the_published_rates() -> None:
    stubbed = Stubbed()
    stubbed.reader.add_client_error("get_provisioned_limit", "UnknownOperationException", "unknown", 404)
    assert await adopt_provisioned_limits(stubbed.aws) == {}
    assert await adopt_provisioned_limits(stubbed.aws) == {}
    assert len(stubbed.aws.calls.recent()) == 1, "what it lacks is not asked for again"
    stubbed.aws.close()
