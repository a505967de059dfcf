"""A door whose profile was changed: pages keep it, and their next call goes out as the profile is now."""

from dataclasses import replace

import pytest

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.user_pools.pools import list_pools
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox


async def test_a_renewed_door_calls_with_the_keys_the_profile_has_now(demo_sandbox: RunningSandbox) -> None:
    right = profile_of(demo_sandbox)
    wrong = replace(right, access_key_id="AKIANOBODY", secret_access_key="none")
    aws = await Aws.open(wrong)
    with pytest.raises(ExplorerError):
        await list_pools(aws).collect(10)
    aws.renew(right)
    assert aws.profile is right
    assert "moonletter" in [pool.name for pool in await list_pools(aws).collect(10)]
    aws.close()
