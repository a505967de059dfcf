"""Calls of SQS and SNS: queues, topics and their policies."""

from typing import Any

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.data_services.needs import DataCall, Need, short_name, unmapped
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.iam_directory import parse_policy
from cognito_explorer.sandbox.moto_services import MotoServices
from cognito_explorer.sandbox.world import ACCOUNT_ID

_OF_QUEUES = frozenset({
    "DeleteQueue", "GetQueueAttributes", "SetQueueAttributes", "SendMessage", "SendMessageBatch", "ReceiveMessage",
    "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue",
    "TagQueue", "UntagQueue", "ListQueueTags", "ListDeadLetterSourceQueues", "AddPermission", "RemovePermission",
})  # fmt: skip
_BATCHES = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
_OF_TOPICS = frozenset({
    "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "Publish", "PublishBatch", "Subscribe",
    "ListSubscriptionsByTopic", "AddPermission", "RemovePermission", "TagResource", "UntagResource",
    "ListTagsForResource", "ConfirmSubscription",
})  # fmt: skip
_OF_SUBSCRIPTIONS = frozenset({"Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes"})
# moto would call the address from this machine; nothing here speaks to anybody else.
_UNDELIVERED = ("http", "https", "lambda", "firehose")


def queue_needs(call: DataCall, moto: MotoServices) -> list[Need]:
    """What a call of SQS needs. Raises UnknownOperationException for one that nothing maps."""
    if call.name == "ListQueues":
        return [Need(Access("sqs:ListQueues", "*"))]
    if call.name in ("CreateQueue", "GetQueueUrl"):
        name = call.params["QueueName"]
    elif call.name in _OF_QUEUES:
        name = short_name(call.params["QueueUrl"], "/")
    else:
        raise unmapped(call)
    queue = moto.backend("sqs", call.region).queues.get(name)
    policy = parse_policy(queue.policy) if queue is not None and queue.policy else None
    arn = f"arn:aws:sqs:{call.region}:{ACCOUNT_ID}:{name}"
    return [Need(Access(f"sqs:{_BATCHES.get(call.name, call.name)}", arn), policy)]


def topic_needs(call: DataCall, moto: MotoServices) -> list[Need]:
    """What a call of SNS needs. Raises UnknownOperationException for one that nothing maps."""
    params = call.params
    if call.name in ("ListTopics", "ListSubscriptions"):
        return [Need(Access(f"sns:{call.name}", "*"))]
    if call.name == "CreateTopic":
        return [Need(Access("sns:CreateTopic", f"arn:aws:sns:{call.region}:{ACCOUNT_ID}:{params['Name']}"))]
    if call.name in _OF_SUBSCRIPTIONS:
        arn = params["SubscriptionArn"].rpartition(":")[0]
    elif call.name in _OF_TOPICS:
        if "TopicArn" in params and "TargetArn" in params:
            raise ServiceError("InvalidParameter", "Invalid parameter: TopicArn and TargetArn exclude each other.")
        arn = params.get("TopicArn") or params.get("TargetArn") or params.get("ResourceArn") or "*"
    else:
        raise unmapped(call)
    context: Context = {}
    if call.name == "Subscribe":
        _check_protocol(params)
        context = {"sns:Protocol": params["Protocol"], "sns:Endpoint": params.get("Endpoint", "")}
    topic = moto.backend("sns", call.region).topics.get(arn)
    policy = parse_policy(topic.policy) if topic is not None else None
    action = "Publish" if call.name == "PublishBatch" else call.name
    return [Need(Access(f"sns:{action}", arn, context), policy)]


def _check_protocol(params: dict[str, Any]) -> None:
    if params["Protocol"] in _UNDELIVERED:
        text = f"Invalid parameter: The sandbox's SNS does not deliver to {params['Protocol']}; use sqs."
        raise ServiceError("InvalidParameter", text)
