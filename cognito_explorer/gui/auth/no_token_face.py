"""The tokens page before there is a token."""

from collections.abc import Callable

from cognito_explorer.gui.lib.faces import EmptyFace


def no_token_face(sign_in: Callable[[], object] | None) -> EmptyFace:
    """`sign_in` None: nobody can sign in from this page."""
    face = EmptyFace()
    face.show_text("No token yet", "Paste one above. It is kept in memory only.", icon_name="token")
    face.set_action("Sign in" if sign_in is not None else "", sign_in)
    return face
