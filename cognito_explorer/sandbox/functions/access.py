"""Lambda's calls in IAM's terms."""

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.functions.functions import function_arn
from cognito_explorer.sandbox.protocol import ParsedCall

_ACTIONS = {"Invoke": "InvokeFunction"}


def lambda_access(call: ParsedCall, region: str) -> Access:
    """Action and function of a call; "*" for the calls that are about no one function."""
    name = call.params.get("FunctionName") or call.params.get("Resource")
    resource = function_arn(region, name) if name else "*"
    context: Context = {}
    if call.name == "AddPermission":
        context["lambda:Principal"] = call.params["Principal"]
    return Access(f"lambda:{_ACTIONS.get(call.name, call.name)}", resource, context)
