"""Every write the program can send, found in its source: which operation, and where it stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import cognito_explorer
from cognito_explorer.core.aws.connection import Operation

_ROOT = Path(cognito_explorer.__file__).parent
_SERVICES = {
    "idp": "cognito-idp",
    "public_idp": "cognito-idp",
    "identity": "cognito-identity",
    "public_identity": "cognito-identity",
    "iam": "iam",
    "s3": "s3",
    "sts": "sts",
    "_FUNCTIONS": "lambda",
}
_DOORS = frozenset({"aws", "_aws", "door", "acting"})
_CALLS = re.compile(r"\.write(_over_http)?\(")


def sent_writes() -> dict[Operation, str]:
    """Each operation that goes through `Aws.write` or `Aws.write_over_http`, and a file that sends it."""
    found: dict[Operation, str] = {}
    for path in sorted((*(_ROOT / "core").rglob("*.py"), *(_ROOT / "gui").rglob("*.py"))):
        text = path.read_text("utf-8")
        # Reading a whole program's trees takes seconds, and few files send anything.
        tree = ast.parse(text if _CALLS.search(text) else "")
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                for operation in _sent_by(call, call.func.attr):
                    found[operation] = str(path.relative_to(_ROOT))
    return found


def _sent_by(call: ast.Call, name: str) -> Iterator[Operation]:
    if len(call.args) < 2:
        return
    what = call.args[1]
    if name == "write_over_http":
        assert isinstance(what, ast.Constant), ast.unparse(call)
        yield Operation("cognito-idp", str(what.value))
    elif name == "write" and _receiver(call) in _DOORS:
        assert isinstance(what, ast.Attribute), ast.unparse(call)
        client = what.value
        key = client.attr if isinstance(client, ast.Attribute) else ast.unparse(client)
        yield Operation(_SERVICES[key], what.attr)


def _receiver(call: ast.Call) -> str:
    """The last name of what the method is called on: "aws" of "self.aws.write"."""
    assert isinstance(call.func, ast.Attribute)
    return ast.unparse(call.func.value).rpartition(".")[2]
