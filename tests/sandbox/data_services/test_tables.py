"""DynamoDB behind the gate."""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.data_services.people import allow, user_with
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox

ARN = "arn:aws:dynamodb:us-east-1:210987654321:table"


def make_table(sandbox: RunningSandbox, name: str) -> Any:
    dynamodb = sandbox.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("owner", "day", "kind")],
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-kind",
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def row(owner: str, day: str = "1", **more: str) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in {"owner": owner, "day": day, **more}.items()}


@pytest.fixture(scope="module")
def own_rows(sandbox: RunningSandbox) -> Any:
    """Ada, who may touch the rows she owns."""
    dynamodb = make_table(sandbox, "letters")
    for owner in ("ada", "eve"):
        dynamodb.put_item(TableName="letters", Item=row(owner, kind="note"))
    condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["ada"]}}
    actions = [f"dynamodb:{name}" for name in ("GetItem", "PutItem", "Query", "BatchGetItem", "BatchWriteItem")]
    keys = user_with(sandbox, "ada-of-letters", allow(actions, f"{ARN}/letters", **condition))
    return sandbox.client("dynamodb", keys=keys)


def test_rows_of_ones_own_are_reached_and_no_others(own_rows: Any) -> None:
    own_rows.put_item(TableName="letters", Item=row("ada", "2"))
    assert own_rows.get_item(TableName="letters", Key=row("ada", "2"))["Item"] == row("ada", "2")
    with refused("AccessDeniedException"):
        own_rows.get_item(TableName="letters", Key=row("eve"))
    with refused("AccessDeniedException"):
        own_rows.put_item(TableName="letters", Item=row("eve", "2"))


@pytest.mark.parametrize("expression", ["#o = :o", "day > :d AND #o = :o", "( #o = :o )"])
def test_a_query_is_judged_by_the_rows_it_names(own_rows: Any, expression: str) -> None:
    names = {"#o": "owner"}
    values = {":o": {"S": "ada"}} | ({":d": {"S": "0"}} if ":d" in expression else {})
    found = own_rows.query(
        TableName="letters",
        KeyConditionExpression=expression,
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )
    assert {item["owner"]["S"] for item in found["Items"]} == {"ada"}
    with refused("AccessDeniedException"):
        own_rows.query(
            TableName="letters",
            KeyConditionExpression=expression,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values | {":o": {"S": "eve"}},
        )


def test_one_foreign_row_in_a_batch_is_one_too_many(own_rows: Any) -> None:
    got = own_rows.batch_get_item(RequestItems={"letters": {"Keys": [row("ada")]}})
    assert len(got["Responses"]["letters"]) == 1
    with refused("AccessDeniedException"):
        own_rows.batch_get_item(RequestItems={"letters": {"Keys": [row("ada"), row("eve")]}})
    with refused("AccessDeniedException"):
        own_rows.batch_write_item(RequestItems={"letters": [{"DeleteRequest": {"Key": row("eve")}}]})


def test_a_row_cannot_be_named_in_two_ways(sandbox: RunningSandbox, own_rows: Any) -> None:
    both = {"PutRequest": {"Item": row("ada", "9")}, "DeleteRequest": {"Key": row("eve")}}
    with refused("AccessDeniedException"):
        own_rows.batch_write_item(RequestItems={"letters": [both]})
    with refused("ValidationException"):
        own_rows.query(
            TableName="letters",
            KeyConditions={"owner": {"AttributeValueList": [{"S": "ada"}], "ComparisonOperator": "EQ"}},
            KeyConditionExpression="owner = :o",
            ExpressionAttributeValues={":o": {"S": "eve"}},
        )
    with refused("ValidationException"):
        elsewhere = ARN.replace("us-east-1", "eu-west-1")
        own_rows.get_item(TableName=f"{elsewhere}/letters", Key=row("ada"))


def test_an_index_is_a_resource_of_its_own(sandbox: RunningSandbox, own_rows: Any) -> None:
    query = {
        "TableName": "letters",
        "IndexName": "by-kind",
        "KeyConditionExpression": "kind = :k",
        "ExpressionAttributeValues": {":k": {"S": "note"}},
    }
    with refused("AccessDeniedException"):
        own_rows.query(**query)
    keys = user_with(sandbox, "reads-index", allow("dynamodb:Query", f"{ARN}/letters/index/by-kind"))
    assert sandbox.client("dynamodb", keys=keys).query(**query)["Count"] >= 1


def test_attributes_can_be_kept_from_readers(sandbox: RunningSandbox, own_rows: Any) -> None:
    condition = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["owner", "day", "kind"]}}
    keys = user_with(sandbox, "reads-some", allow("dynamodb:GetItem", f"{ARN}/letters", **condition))
    theirs = sandbox.client("dynamodb", keys=keys)
    theirs.get_item(TableName="letters", Key=row("ada"), ProjectionExpression="kind")
    with refused("AccessDeniedException"):
        theirs.get_item(TableName="letters", Key=row("ada"), ProjectionExpression="kind, body")


def test_a_transaction_needs_every_one_of_its_parts(sandbox: RunningSandbox, own_rows: Any) -> None:
    keys = user_with(sandbox, "puts-only", allow("dynamodb:PutItem", f"{ARN}/letters"))
    theirs = sandbox.client("dynamodb", keys=keys)
    put = {"Put": {"TableName": "letters", "Item": row("ada", "7")}}
    theirs.transact_write_items(TransactItems=[put])
    with refused("AccessDeniedException"):
        delete = {"Delete": {"TableName": "letters", "Key": row("ada", "7")}}
        theirs.transact_write_items(TransactItems=[put, delete])


def test_what_nothing_maps_is_refused_by_name(sandbox: RunningSandbox) -> None:
    with refused("UnknownOperationException", "The sandbox's dynamodb does not have ExecuteStatement."):
        sandbox.client("dynamodb").execute_statement(Statement="SELECT * FROM letters")


def test_moto_follows_the_signature_and_nothing_else(sandbox: RunningSandbox, own_rows: Any) -> None:
    elsewhere = sandbox.client("dynamodb", region="eu-west-1", user_agent_extra="region/us-east-1")
    assert elsewhere.list_tables()["TableNames"] == []


def test_tables_survive_a_killed_sandbox(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    make_table(sandbox, "kept").put_item(TableName="kept", Item=row("ada"))
    before = sandbox.client("dynamodb").describe_table(TableName="kept")["Table"]
    sandbox.kill()
    again = start_sandbox(tmp_path / "world")
    dynamodb = again.client("dynamodb")
    assert dynamodb.get_item(TableName="kept", Key=row("ada"))["Item"] == row("ada")
    after = dynamodb.describe_table(TableName="kept")["Table"]
    assert after["CreationDateTime"] == before["CreationDateTime"]
    again.stop()
