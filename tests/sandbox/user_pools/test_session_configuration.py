"""Session tracking: off at first, replaced as a whole, by client only while the pool tracks."""

from tests.sandbox.pools import make_pool, refused
from tests.sandbox_fixture import RunningSandbox

ON = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}}
OFF = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}


def test_tracking_is_off_with_twenty_sessions_a_user_until_it_is_set(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id}
    before = pool.idp.get_user_pool_session_configuration(**key)
    assert {name: before[name] for name in OFF} == OFF
    pool.idp.set_user_pool_session_configuration(**key, **ON)
    after = pool.idp.get_user_pool_session_configuration(**key)
    assert {name: after[name] for name in ON} == ON


def test_a_clients_setting_sleeps_while_tracking_is_off(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id}
    client = {**key, "ClientId": pool.client_id}
    assert pool.idp.get_user_pool_client_session_configuration(**client)["SSOSession"] == {"MaxValidityMinutes": 60}
    with refused("InvalidParameterException"):
        pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 5})
    pool.idp.set_user_pool_session_configuration(**key, **ON)
    pool.idp.set_user_pool_client_session_configuration(**client, SSOSession={"MaxValidityMinutes": 5})
    pool.idp.set_user_pool_session_configuration(**key, **OFF)
    assert pool.idp.get_user_pool_client_session_configuration(**client)["SSOSession"] == {"MaxValidityMinutes": 5}


def test_tracking_is_not_in_the_lite_plan(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        pool.idp.set_user_pool_session_configuration(UserPoolId=pool.pool_id, **ON)
