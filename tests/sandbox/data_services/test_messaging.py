"""SQS and SNS behind the gate."""

import json
import threading
import time
from pathlib import Path

from tests.sandbox.data_services.people import allow, user_with
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox

QUEUES = "arn:aws:sqs:us-east-1:210987654321"


def test_a_message_is_sent_received_and_deleted(sandbox: RunningSandbox) -> None:
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName="mail")["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="moon")["MessageId"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent, "moon")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sandbox.advance(60)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_a_queue_is_known_by_its_address(sandbox: RunningSandbox) -> None:
    sqs = sandbox.client("sqs")
    mine, other = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mine", "other"))
    keys = user_with(sandbox, "of-one-queue", allow("sqs:SendMessage", f"{QUEUES}:mine"))
    theirs = sandbox.client("sqs", keys=keys)
    theirs.send_message(QueueUrl=mine, MessageBody="a")
    with refused("AccessDenied"):
        theirs.send_message(QueueUrl=other, MessageBody="a")


def test_a_queues_own_policy_can_let_somebody_in(sandbox: RunningSandbox) -> None:
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName="open-to-one")["QueueUrl"]
    theirs = sandbox.client("sqs", keys=user_with(sandbox, "let-in"))
    with refused("AccessDenied"):
        theirs.receive_message(QueueUrl=url)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:user/let-in"},
        "Action": "sqs:ReceiveMessage",
        "Resource": f"{QUEUES}:open-to-one",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    theirs.receive_message(QueueUrl=url)


def test_a_long_poll_waits_while_others_are_served_and_ends_with_a_message(sandbox: RunningSandbox) -> None:
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName="awaited")["QueueUrl"]
    got: list[str] = []

    def wait() -> None:
        answer = sandbox.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=15)
        got.extend(message["Body"] for message in answer.get("Messages", []))

    waiting = threading.Thread(target=wait)
    waiting.start()
    started = time.monotonic()
    while time.monotonic() - started < 1:
        sqs.list_queues()
    sqs.send_message(QueueUrl=url, MessageBody="at last")
    waiting.join(10)
    assert got == ["at last"]


def test_a_topic_reaches_its_queues(sandbox: RunningSandbox) -> None:
    sqs, sns = sandbox.client("sqs"), sandbox.client("sns")
    url = sqs.create_queue(QueueName="subscribed")["QueueUrl"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{QUEUES}:subscribed")
    sent = sns.publish(TopicArn=topic, Message="new moon")["MessageId"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (json.loads(message["Body"])["MessageId"], json.loads(message["Body"])["Message"]) == (sent, "new moon")


def test_publishing_needs_the_right_for_this_topic(sandbox: RunningSandbox) -> None:
    sns = sandbox.client("sns")
    mine, other = (sns.create_topic(Name=name)["TopicArn"] for name in ("mine", "other"))
    theirs = sandbox.client("sns", keys=user_with(sandbox, "of-one-topic", allow("sns:Publish", mine)))
    theirs.publish(TopicArn=mine, Message="a")
    with refused("AuthorizationError"):
        theirs.publish(TopicArn=other, Message="a")


def test_a_topic_speaks_to_no_other_machine(sandbox: RunningSandbox) -> None:
    sns = sandbox.client("sns")
    topic = sns.create_topic(Name="quiet")["TopicArn"]
    with refused("InvalidParameter"):
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://moon.example/hook")


def test_queues_and_topics_survive_a_killed_sandbox(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    sqs, sns = sandbox.client("sqs"), sandbox.client("sns")
    url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    sent = [sqs.send_message(QueueUrl=url, MessageBody=str(number))["MessageId"] for number in range(2)]
    topic = sns.create_topic(Name="kept")["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"{QUEUES}:kept")["SubscriptionArn"]
    taken = sqs.receive_message(QueueUrl=url)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=taken["ReceiptHandle"])
    sandbox.kill()
    again = start_sandbox(tmp_path / "world")
    sqs, sns = again.client("sqs"), again.client("sns")
    url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
    left = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["MessageId"] for message in left] == [each for each in sent if each != taken["MessageId"]]
    assert sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"] == subscription
    again.stop()


def test_a_message_deleted_from_a_dead_letter_queue_stays_deleted(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    sqs = sandbox.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:210987654321:dead", "maxReceiveCount": 1}
    attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "0"}
    queue = sqs.create_queue(QueueName="alive", Attributes=attributes)["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="moon")
    assert sqs.receive_message(QueueUrl=queue)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    (message,) = sqs.receive_message(QueueUrl=dead, VisibilityTimeout=30)["Messages"]
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    sandbox.kill()
    again = start_sandbox(tmp_path / "world")
    sqs = again.client("sqs")
    for name in ("dead", "alive"):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        assert "Messages" not in sqs.receive_message(QueueUrl=url), name
    again.stop()
