"""What the pages' forms have in common: fields, password rules, refusals in words."""

from dataclasses import dataclass

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.hosted_ui.answers import form_age_s
from cognito_explorer.sandbox.hosted_ui.texts import translator
from cognito_explorer.sandbox.hosted_ui.visit import Visit

# A prompt that nobody finishes is cancelled after about five minutes.
_PROMPT_S = 300.0
STALE_FORM = "This page was open for too long or came from elsewhere. Please try again."
_LABELS = {
    "username": "User name",
    "email": "E-mail address",
    "phone_number": "Phone number",
    "preferred_username": "Preferred username",
}
_TYPES = {"email": "email", "phone_number": "tel", "birthdate": "date", "website": "url"}
_AUTOCOMPLETE = {
    "email": "email",
    "phone_number": "tel",
    "name": "name",
    "given_name": "given-name",
    "family_name": "family-name",
    "nickname": "nickname",
    "birthdate": "bday",
    "website": "url",
}
_RULES = {
    "RequireUppercase": "an upper-case letter",
    "RequireLowercase": "a lower-case letter",
    "RequireNumbers": "a number",
    "RequireSymbols": "a symbol",
}


class Unacceptable(Exception):  # noqa: N818  # read as a sentence: the form was unacceptable
    """A posted form that is shown again with this sentence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form."""

    name: str
    label: str
    kind: str
    autocomplete: str


def attribute_field(name: str) -> Field:
    """The input for an attribute."""
    plain = name.removeprefix("custom:").replace("_", " ")
    return Field(name, _LABELS.get(name, plain.capitalize()), _TYPES.get(name, "text"), _AUTOCOMPLETE.get(name, "off"))


def name_label(visit: Visit) -> str:
    """What people sign in with, in words of the page's language."""
    own_names = visit.pool.get("UsernameAttributes") or ["username", *visit.pool.get("AliasAttributes", ())]
    labels = [_LABELS[name] for name in own_names]
    if visit.lang != "en":
        # Where "or" goes, and how nouns are written in a sentence, differs from language to language.
        return " / ".join(translator(visit.lang)(label) for label in labels)
    names = [label.lower() for label in labels]
    text = " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"
    return text[0].upper() + text[1:]


def posted_attributes(visit: Visit, fields: list[Field]) -> dict[str, str]:
    """What was typed into attribute inputs."""
    return {field.name: visit.posted(field.name).strip() for field in fields}


def password_hint(visit: Visit) -> str:
    """The pool's password policy in one sentence of the page's language."""
    translated = translator(visit.lang)
    policy = visit.pool["Policies"]["PasswordPolicy"]
    parts = [translated(words) for rule, words in _RULES.items() if policy.get(rule)]
    start = translated("At least {number} characters").format(number=policy.get("MinimumLength", 8))
    if not parts:
        return f"{start}."
    if visit.lang != "en":
        return f"{start}: {', '.join(parts)}."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{start}, with {listed}."


def check_form(visit: Visit) -> None:
    """Raises Unacceptable for a form that this browser was not given by us."""
    if form_age_s(visit) is None:
        raise Unacceptable(STALE_FORM)


def check_prompt(visit: Visit) -> None:
    """The same for a page of signing in, which is good for a few minutes only."""
    age_s = form_age_s(visit)
    if age_s is None or age_s > _PROMPT_S:
        raise Unacceptable(STALE_FORM)


def check_repeated(visit: Visit) -> None:
    """Raises Unacceptable when a new password was typed in two ways."""
    if visit.posted("password") != visit.posted("password_again"):
        raise Unacceptable("The two passwords differ.")


def explain(refusal: ServiceError | Unacceptable) -> str:
    """A refusal as a sentence for the page."""
    text = refusal.message if isinstance(refusal, ServiceError) else str(refusal)
    return text if text.endswith((".", "!", "?")) else f"{text}."
