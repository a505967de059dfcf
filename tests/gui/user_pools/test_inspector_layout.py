"""The inspector keeps its width and its place, whatever is said in it."""

import asyncio

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel

from cognito_explorer.core.errors import AccessDenied, Unreachable
from tests.gui.user_pools.stage import UsersPage


async def test_neither_a_long_refusal_nor_an_error_makes_the_inspector_wider_or_moves_what_is_in_it(
    page: UsersPage,
) -> None:
    await page.choose("ada")
    page.retype("custom:plan", "annual")
    inspector = page.inspector
    width, place = inspector.width(), inspector.heading.mapTo(inspector, QPoint())
    hint = "Ask for arn:aws:iam::123456789012:policy/somebody/with/a/very-long-name-that-breaks-nowhere-at-all."
    refusal = f"These credentials may not do this: cognito-idp:AdminUpdateUserAttributes is missing. {hint}"
    inspector.changes.show_refusal(refusal)
    error = AccessDenied("AdminUpdateUserAttributes is not allowed.", hint, code="AccessDeniedException")
    inspector.banner.show_error(error, retry="Resend invitation again")
    await asyncio.sleep(0)
    QApplication.processEvents()
    assert inspector.banner.isVisible()
    assert (inspector.width(), inspector.heading.mapTo(inspector, QPoint())) == (width, place)
    unsure = Unreachable("No answer came: AdminResendInvitation may have been done.", hint, code="ReadTimeoutError")
    inspector.banner.show_failure(unsure, again="Resend invitation again")
    await asyncio.sleep(0)
    QApplication.processEvents()
    assert (inspector.width(), inspector.heading.mapTo(inspector, QPoint())) == (width, place)
    reason = next(label for label in inspector.changes.findChildren(QLabel) if label.text().startswith("These"))
    assert reason.width() > inspector.changes.width() * 0.85, "it has a row of its own"
