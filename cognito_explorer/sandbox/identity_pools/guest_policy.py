"""What guests may do at most, whatever their role says: Cognito's scope-down for the enhanced flow.

Cognito passes an inline session policy and the managed policy AmazonCognitoUnAuthedIdentitiesSessionPolicy along. The
session policies of one session add up (S3 stands in the inline one only, and guests do read S3); their sum is then
intersected with the role's policies. Here they are one document with a statement for each. It is the same in every
Region; which of the services opt-in Regions lack is not known well enough to take them away.
"""

import json

_WHOLE_SERVICES = (
    "cloudwatch logs dynamodb kinesis mobileanalytics s3 ses sns sqs lambda machinelearning execute-api iot gamelift"
    " cognito-identity cognito-idp lex polly comprehend translate transcribe rekognition mobiletargeting firehose"
    " appsync personalize cognito-sync codewhisperer sdb"
)
_SINGLE_ACTIONS = (
    "sagemaker:InvokeEndpoint",
    "textract:DetectDocumentText",
    "textract:AnalyzeDocument",
    "sumerian:View*",
)
_MANAGED_ACTIONS = (
    "rum:PutRumEvents",
    "polly:*",
    "comprehend:*",
    "translate:*",
    "transcribe:*",
    "rekognition:*",
    "mobiletargeting:*",
    "firehose:*",
    "personalize:*",
    "sagemaker:InvokeEndpoint",
    "geo:GetMap*",
    "geo:SearchPlaceIndex*",
    "geo:GetPlace",
    "geo:CalculateRoute*",
    "geo:ListTagsForResource",
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptTo",
    "kms:ReEncryptFrom",
    "kms:GenerateDataKey*",
)


def guest_session_policy() -> str:
    """Both policies in one, as JSON."""
    inline = (*(f"{service}:*" for service in _WHOLE_SERVICES.split()), *_SINGLE_ACTIONS)
    statements = [
        _allow("CognitoGuestServices", inline),
        _allow("AmazonCognitoUnAuthedIdentitiesSessionPolicy", _MANAGED_ACTIONS),
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _allow(sid: str, actions: tuple[str, ...]) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": "*"}
