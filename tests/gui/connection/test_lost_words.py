"""What is said of profiles that the keyring lost agrees with how many there are."""

import pytest

from cognito_explorer.gui.connection.profile_book import lost_words

KEPT = "What was damaged is kept there as it is"
A, B = "profile/a/facts", "profile/b/facts"


@pytest.mark.parametrize(
    ("lost", "damaged", "said"),
    [
        ("", "", ""),
        (
            "a",
            "",
            "A profile on the list cannot be shown: its entry was deleted in the keyring. Restore the keyring, or add"
            " it anew.",
        ),
        (
            "ab",
            "",
            "2 profiles on the list cannot be shown: 2 entries were deleted in the keyring. Restore the keyring, or add"
            " them anew.",
        ),
        (
            "a",
            "a",
            f"A profile on the list cannot be shown: its entry was damaged in the keyring. {KEPT} ({A}). Restore the"
            " keyring, or add it anew and take this off the list.",
        ),
        (
            "ab",
            "a",
            "2 profiles on the list cannot be shown: one entry was damaged in the keyring, and one entry was deleted."
            f" {KEPT} ({A}). Restore the keyring, or add them anew and take these off the list.",
        ),
        (
            "ab",
            "ab",
            f"2 profiles on the list cannot be shown: 2 entries were damaged in the keyring. {KEPT} ({A}, {B})."
            " Restore the keyring, or add them anew and take these off the list.",
        ),
        (
            "abc",
            "a",
            "3 profiles on the list cannot be shown: one entry was damaged in the keyring, and 2 entries were deleted."
            f" {KEPT} ({A}). Restore the keyring, or add them anew and take these off the list.",
        ),
    ],
    ids=["none", "one deleted", "two deleted", "one damaged", "one of each", "two damaged", "one and two"],
)
def test_one_is_spoken_of_as_one_and_several_as_several(lost: str, damaged: str, said: str) -> None:
    assert lost_words(tuple(lost), tuple(damaged)) == said
