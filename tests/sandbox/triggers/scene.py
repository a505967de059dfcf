"""A pool whose triggers are one function: what it does stands in the test, what it saw can be read afterwards."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.sandbox.functions.lambdas import allow_pool, make_function
from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox

Found = TypeVar("Found")

_HEAD = "import json\n\ndef handler(event, context):\n    print('EVENT', json.dumps(event))\n"


@dataclass
class Scene:
    """The pool and its function."""

    pool: PoolUnderTest
    function_arn: str
    function: str

    def events(self) -> list[dict[str, Any]]:
        """The events the function has seen, oldest first."""
        logged = self.pool.sandbox.control("functions?limit=200")["invocations"]
        lines = [line for entry in logged if entry["function"] == self.function for line in entry["log"].splitlines()]
        return [json.loads(line.removeprefix("EVENT ")) for line in lines if line.startswith("EVENT ")][::-1]

    def once(self, find: Callable[[], Found | None]) -> Found:
        """What is found once it is there: Cognito waits for no sender, so nobody waits for it but us."""
        for _ in range(200):
            found = find()
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError(f"the function did not come so far: it ran {len(self.events())} times")

    def sources(self) -> list[str]:
        """What the function was asked for, oldest first."""
        return [event["triggerSource"] for event in self.events()]


def make_scene(
    sandbox: RunningSandbox,
    name: str,
    triggers: list[str],
    body: str,
    *,
    client: dict[str, Any] | None = None,
    function: dict[str, Any] | None = None,
    **settings: Any,
) -> Scene:
    """A pool with these triggers, all one function; `body` are its lines, which see `event`."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    arn = make_function(sandbox, name, f"{_HEAD}{lines}    return event\n", **(function or {}))
    config = dict.fromkeys(triggers, arn) | settings.pop("LambdaConfig", {})
    flows = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_CUSTOM_AUTH"], **(client or {})}
    pool = make_pool(sandbox, client=flows, LambdaConfig=config, **settings)
    allow_pool(sandbox, arn, pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["Arn"])
    return Scene(pool, arn, name)


def sign_up(scene: Scene, username: str, **options: Any) -> dict[str, Any]:
    """SignUp with an e-mail address."""
    made: dict[str, Any] = scene.pool.public.sign_up(
        ClientId=scene.pool.client_id,
        Username=username,
        Password="Moonletter-2026",
        UserAttributes=[{"Name": "email", "Value": f"{username}@moon.example"}],
        **options,
    )
    return made
