"""A door whose clients answer what botocore's Stubber is told."""

from botocore.stub import Stubber

from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.connection import Connection
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.profiles import Profile

SANDBOX = Profile(
    id="p",
    name="Test",
    kind="sandbox",
    region="us-east-1",
    color="#000000",
    endpoint_url="http://127.0.0.1:9",
    access_key_id="AKIATEST",
    secret_access_key="secret",
)


class Stubbed:
    """A door whose clients answer what they are told."""

    def __init__(self, profile: Profile = SANDBOX) -> None:
        connection = Connection(profile, "us-east-1")
        self.reader = Stubber(connection.client("cognito-idp", "read"))
        self.writer = Stubber(connection.client("cognito-idp", "write"))
        self.reader.activate()
        self.writer.activate()
        self.aws = Aws(profile, connection, Journal(), CallLog())
