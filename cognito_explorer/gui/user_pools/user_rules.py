"""What an administrator may do to a user just now, and why not, in words. Cognito has the last word."""

from cognito_explorer.core.user_pools.users import User


def why_not_confirm(user: User) -> str:
    """Only a sign-up can be confirmed."""
    return "" if user.status == "UNCONFIRMED" else "Only a sign-up that waits for its code can be confirmed."


def why_not_enable(user: User) -> str:
    """Only a disabled user can be enabled."""
    return "This user is enabled already." if user.is_enabled else ""


def why_not_disable(user: User) -> str:
    """Only an enabled user can be disabled."""
    return "" if user.is_enabled else "This user is disabled already."


def why_not_reset_password(user: User) -> str:
    """A reset needs a password of one's own and a verified address for the code."""
    match user.status:
        case "FORCE_CHANGE_PASSWORD":
            return "The password is still a temporary one: resend the invitation or set a password instead."
        case "UNCONFIRMED":
            return "The sign-up is not confirmed yet: confirm it first, or set a password."
        case "EXTERNAL_PROVIDER":
            return "This user signs in elsewhere and has no password here."
    if not verified_contacts(user):
        return "There is no verified e-mail address or phone number to send a code to. Set a password instead."
    return ""


def why_not_resend(user: User) -> str:
    """An invitation can be sent again until it was used, if there is somewhere to send it."""
    if user.status != "FORCE_CHANGE_PASSWORD":
        return "Only an invitation that was not used yet can be sent again."
    if not user.email and not user.attributes.get("phone_number"):
        return "There is no e-mail address and no phone number to send it to. Set a password instead."
    return ""


def verified_contacts(user: User) -> tuple[str, ...]:
    """The verified addresses a code can go to."""
    pairs = (("email", "email_verified"), ("phone_number", "phone_number_verified"))
    return tuple(
        user.attributes[name]
        for name, flag in pairs
        if user.attributes.get(name) and user.attributes.get(flag) == "true"
    )


def invitation_medium(user: User) -> tuple[str, str]:
    """How an invitation would be sent again, EMAIL or SMS, and to where."""
    return ("EMAIL", user.email) if user.email else ("SMS", user.attributes.get("phone_number", ""))


def suggested_action(user: User) -> str:
    """The id of the command that most likely helps this user."""
    if not user.is_enabled:
        return "user.enable"
    suggestions = {"UNCONFIRMED": "user.confirm", "FORCE_CHANGE_PASSWORD": "user.resend_invitation"}
    suggestion = suggestions.get(user.status, "user.reset_password")
    blocked = {"user.reset_password": why_not_reset_password(user), "user.resend_invitation": why_not_resend(user)}
    return "user.set_password" if blocked.get(suggestion) else suggestion
