"""Asks the policy evaluator: may this principal, does this role trust."""

from typing import Any

Context = dict[str, str | tuple[str, ...]]


def trusts_web_identity(trust: dict[str, Any], provider: str, context: Context, *, is_tagging: bool) -> bool:
    """Does a role's trust policy let a web identity of the provider assume it?"""
    return bool(trust) and bool(provider) and bool(context) and not is_tagging
