"""Keeps tokens out of what is printed about a command line: terminals remember, and so do the logs of a pipeline."""

from collections.abc import Sequence

from cognito_explorer.core.auth.token_text import find_tokens

ADVICE = "that is a token, not a file: pipe it in with `-`"
# As much as tells which token it is: every header begins with these.
_SHOWN = 6


def holds_token(argument: str) -> bool:
    """Whether an argument is a token, or has one in it."""
    return bool(find_tokens(argument))


def shortened(argument: str) -> str:
    """An argument as far as the beginning of the first token in it; the same where there is none."""
    found = [each.text for each in find_tokens(argument)]
    if not all(each in argument for each in found):  # one was written in another way there
        return f"{argument[:_SHOWN]}…"
    begun = min((argument.find(each[:_SHOWN]) for each in found), default=None)
    return argument if begun is None else f"{argument[: begun + _SHOWN]}…"


def without_arguments(message: str, arguments: Sequence[str]) -> str:
    """A message about a command line with its tokens shortened, quoted ones as well."""
    # Of `--flag=value` and `-fvalue`, what is complained of is the value alone.
    parts = [part for each in arguments for part in (each, each.partition("=")[2], each[2:])]
    for each in sorted(filter(holds_token, parts), key=len, reverse=True):
        for form in (each, repr(each)[1:-1]):
            message = message.replace(form, shortened(each))
    return message
