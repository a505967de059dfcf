"""Tags of a pool, by its ARN and in its description."""

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTags={"team": "letters"})


def _arn(pool: PoolUnderTest) -> str:
    return str(pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Arn"])


def test_tags_are_added_changed_and_removed(pool: PoolUnderTest) -> None:
    arn = _arn(pool)
    pool.idp.tag_resource(ResourceArn=arn, Tags={"stage": "test", "team": "mail"})
    assert pool.idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "mail", "stage": "test"}
    pool.idp.untag_resource(ResourceArn=arn, TagKeys=["team", "never there"])
    assert pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["UserPoolTags"] == {"stage": "test"}


def test_a_pool_takes_fifty_tags_and_none_of_awss_own(pool: PoolUnderTest) -> None:
    arn = _arn(pool)
    with refused("InvalidParameterException"):
        pool.idp.tag_resource(ResourceArn=arn, Tags={f"tag {number}": "x" for number in range(51)})
    with refused("InvalidParameterException"):
        pool.idp.tag_resource(ResourceArn=arn, Tags={"aws:mine": "x"})
    with refused("UserPoolTaggingException"):
        make_pool(pool.sandbox, UserPoolTags={"AWS:mine": "x"})


def test_only_pools_of_this_account_and_region_are_tagged(pool: PoolUnderTest) -> None:
    arn = _arn(pool)
    for other in (arn.replace("2109", "0000"), arn.replace("us-east-1", "eu-west-1"), arn[:-3] + "zzz"):
        with refused("ResourceNotFoundException"):
            pool.idp.list_tags_for_resource(ResourceArn=other)
    with refused("InvalidParameterException"):
        pool.idp.list_tags_for_resource(ResourceArn="arn:aws:s3:us-east-1:210987654321:bucket/letters")
