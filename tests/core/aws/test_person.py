"""Who asks a person: a door that was closed asks nothing more, and nobody is made to wait for it."""

import pytest

from cognito_explorer.core.aws.person import Question
from cognito_explorer.core.errors import SessionExpired
from cognito_explorer.core.profiles import Profile
from tests.core.aws.signing_in import Asked

PROFILE = Profile("p", "Shop", "role", "us-east-1", "#000000", mfa_serial="arn:aws:iam::123456789012:mfa/ada")


class Door:
    """An owner of questions."""


def test_a_thread_that_comes_to_its_question_after_its_door_was_closed_does_not_wait() -> None:
    asked = Asked(lambda question: question.answer("123456"))
    door, other = Door(), Door()
    asked.person.begin_call(door)
    asked.person.leave(door)
    with pytest.raises(SessionExpired):
        asked.person.put(Question(PROFILE))
    assert asked.questions == []
    asked.person.begin_call(other)
    assert asked.person.put(Question(PROFILE)) == "123456"
