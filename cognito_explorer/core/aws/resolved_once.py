"""Where an operation's calls go: botocore works it out for every call, though nothing that it depends on changes."""

from typing import Any


def resolve_once(client: Any) -> None:
    """Have a botocore client remember where the calls of each operation go. The private names are checked by tests.

    Not where parameters decide, as buckets do (endpoint rule sets, context parameters): those are worked out each time.
    """
    resolver = client._ruleset_resolver
    if resolver is None:
        return
    construct, known = resolver.construct_endpoint, dict[str, Any]()

    def construct_once(operation_model: Any, call_args: Any, request_context: Any) -> Any:
        if operation_model.context_parameters:
            return construct(operation_model, call_args, request_context)
        found = known.get(operation_model.name)
        if found is None:
            found = known[operation_model.name] = construct(operation_model, call_args, request_context)
        return found

    resolver.construct_endpoint = construct_once
