"""The registry: one small function per operation, found by service and name."""

from collections.abc import Callable
from typing import Any

from cognito_explorer.sandbox.world import Call


class ReadyAnswer(dict[str, Any]):
    """An answer that is JSON already, for lists that must be quick. Its maker answers for its shape."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


Handler = Callable[[Call], dict[str, Any]]

_handlers: dict[tuple[str, str], Handler] = {}


def operation(service: str, name: str) -> Callable[[Handler], Handler]:
    """Register a handler for one operation of botocore's model, e.g. ("cognito-idp", "ListUserPools").

    The handler runs inside a store transaction that is committed before the answer leaves; it takes validated
    parameters and returns the answer with Python values (floats for times), or raises ServiceError.
    """

    def register(handler: Handler) -> Handler:
        key = (service, name)
        if key in _handlers:
            raise ValueError(f"{service} {name} is registered twice")
        _handlers[key] = handler
        return handler

    return register


def find_handler(service: str, name: str) -> Handler | None:
    """The handler of an operation, or None when the sandbox does not have it."""
    return _handlers.get((service, name))


def implemented() -> frozenset[tuple[str, str]]:
    """Every operation the sandbox has, as (service, name)."""
    return frozenset(_handlers)
