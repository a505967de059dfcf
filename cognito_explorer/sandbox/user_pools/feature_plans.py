"""Feature plans (tiers): what a pool's settings need, and the refusal when its plan is too small."""

from collections.abc import Iterable, Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError

PLANS = ("LITE", "ESSENTIALS", "PLUS")
_PLUS_ONLY = frozenset({"Threat Protection", "Log Streaming"})


def needed_features(params: Mapping[str, Any]) -> list[str]:
    """The features beyond LITE that a pool's own blocks switch on, in Cognito's words."""
    policies = params.get("Policies", {})
    factors = set(policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ()))
    version = params.get("LambdaConfig", {}).get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    features = {
        "Threat Protection": params.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF",
        "Passwordless Sign-In": bool(factors - {"PASSWORD"}),
        "Password History": bool(policies.get("PasswordPolicy", {}).get("PasswordHistorySize")),
        f"Token Customization with Pre-Token Generation Lambda {version}": version != "V1_0",
        "Dynamic Client Registration": lets_clients_register(params),
        "Step-Up Authentication": bool(params.get("AcrConfiguration")),
    }
    return [name for name, is_used in features.items() if is_used]


def lets_clients_register(pool: Mapping[str, Any]) -> bool:
    """Whether applications may make themselves app clients of the pool."""
    # A configuration that does not say turns it on.
    return "DcrConfiguration" in pool and pool["DcrConfiguration"].get("EnableStatus", "Enabled") == "Enabled"


def check_plan(tier: str, features: Iterable[str], *, old_tier: str = "") -> None:
    """Raises FeatureUnavailableInTierException, or TierChangeNotAllowedException where the plan is being lowered."""
    missing = [name for name in features if not is_in_plan(tier, name)]
    if not missing:
        return
    is_lowered = old_tier in PLANS and PLANS.index(tier) < PLANS.index(old_tier)
    raise ServiceError(
        "TierChangeNotAllowedException" if is_lowered else "FeatureUnavailableInTierException",
        f"The following features need to be disabled for the {tier} pricing tier configured: {', '.join(missing)}",
    )


def require_feature(tier: str, feature: str) -> None:
    """Raises FeatureUnavailableInTierException when an operation of its own needs a larger plan."""
    if not is_in_plan(tier, feature):
        raise ServiceError(
            "FeatureUnavailableInTierException",
            f"The following feature is not available for the {tier} pricing tier configured: {feature}",
        )


def is_in_plan(tier: str, feature: str) -> bool:
    """Whether a plan includes a feature beyond LITE."""
    return tier == "PLUS" or (tier == "ESSENTIALS" and feature not in _PLUS_ONLY)
