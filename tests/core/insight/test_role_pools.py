"""All identity pools of a Region looked through: page by page, with the way so far, and to be stopped."""

from contextlib import aclosing

from cognito_explorer.core.auth.tokens import decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.role_logins import login_as, login_of_token
from cognito_explorer.core.insight.role_pools import search_pools
from tests.sandbox.identity_pools.visitors import IDENTITY_POOL, PROVIDER, PoolKit, id_token
from tests.sandbox_fixture import RunningSandbox

SERVER = "5moonletterserver2x8p4t6zc"


async def test_the_pool_behind_the_first_sixty_is_found(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    kit = PoolKit(demo_sandbox)
    others = [kit.pool(CognitoIdentityProviders=[]) for _ in range(64)]
    last = kit.pool(IdentityPoolName="last", SupportedLoginProviders={"accounts.google.com": "app"})
    server = [{"ProviderName": PROVIDER, "ClientId": SERVER}]
    by_others = kit.pool(IdentityPoolName="of others", CognitoIdentityProviders=server)
    try:
        login = login_of_token(decode(id_token(demo_sandbox, "ada")))
        seen = [step async for step in search_pools(aws, login)]
        found = [each.id for step in seen for each in step.found]
        assert {IDENTITY_POOL, last, by_others} <= set(found)
        assert not set(others) & set(found)
        assert [step.done for step in seen] == sorted(step.done for step in seen)
        assert seen[-1].done >= 67
        assert next(each for step in seen for each in step.found if each.id == IDENTITY_POOL).roles.is_known
        skipped = [step async for step in search_pools(aws, login, skip=found)]
        assert skipped[-1].done == seen[-1].done
        assert not any(step.found for step in skipped)
        google = login_as("accounts.google.com", {"aud": "app"})
        assert [each.id for step in [s async for s in search_pools(aws, google)] for each in step.found] == [last]
        calls = len(aws.calls.recent())
        async with aclosing(search_pools(aws, login)) as search:
            assert (await anext(search)).done == 5
        assert len(aws.calls.recent()) - calls < 15
    finally:
        for each in (*others, last, by_others):
            kit.admin.delete_identity_pool(IdentityPoolId=each)
