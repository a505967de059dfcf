"""Findings about a token: icon, word for the level, title, and what follows from it; what is wrong stands first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from cognito_explorer.core.insight.finding import Finding, Level
from cognito_explorer.gui.auth.finding_delegate import LOOKS, FindingDelegate, advice_of, unfolds
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_label, plain_tooltip, set_property
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import counted

Index = QModelIndex | QPersistentModelIndex

_ORDER: tuple[Level, ...] = ("bad", "warn", "unknown", "ok", "info")
_ROOT = QModelIndex()
_WIDTH_PX = 240


class FindingsList(QWidget):
    """A painted list, so that a token's findings are on the screen at once. Ctrl+C copies the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check_button = QPushButton("Signed? Ask the iss&uer")
        self.check_button.setToolTip("Fetches the issuer's keys and checks the signature")
        self.check_button.hide()
        self.live_button = QPushButton("Revoked? Ask C&ognito")
        self.live_button.setToolTip("Whether it was revoked or signed out: one call of GetUser with the access token")
        self.live_button.hide()
        self.forget_button = QPushButton("Forget what is e&xpected")
        self.forget_button.setToolTip("The issuer and audience set under “Will it work?” for tokens of this issuer")
        self.forget_button.hide()
        self.summary = ElidedLabel()
        set_property(self.summary, "tone", "muted")
        self._model = _Findings(self)
        self.view = _View(self._model)
        self._arrange()
        theme().changed.connect(self._follow_theme)
        self._follow_theme()

    def findings(self) -> tuple[Finding, ...]:
        """What is shown, in the order it is shown in."""
        return self._model.findings

    @property
    def is_unexpected(self) -> bool:
        """Whether somebody's own expectation is what failed."""
        return any(each.level == "bad" and each.check.startswith("expected ") for each in self._model.findings)

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these instead. Of those that are equally good or bad, a verifier's order is kept."""
        ordered = tuple(sorted(findings, key=lambda finding: _ORDER.index(finding.level)))
        if ordered != self._model.findings:
            self._model.show_findings(ordered)
            self.view.scheduleDelayedItemsLayout()
            self.summary.setText(_summary(ordered))

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Rows have their heights and places when this ends, before anything is painted.

        A scroll bar that comes while the list is being painted has it painted twice.
        """
        yield
        self.view.settle()

    def offer(self, button: QPushButton, *, offered: bool) -> None:
        """Show or take away one of the buttons; whoever pressed it finds the keyboard among the findings then."""
        if not offered and self.window().focusWidget() is button:
            self.view.setFocus()
        button.setVisible(offered)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.setContentsMargins(16, 12, 12, 4)
        head.addWidget(plain_label("Findings", "section"))
        head.addWidget(self.summary, 1)
        buttons = QVBoxLayout()
        buttons.setContentsMargins(16, 8, 12, 12)
        buttons.setSpacing(8)
        for button in (self.check_button, self.live_button, self.forget_button):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)

    def _follow_theme(self) -> None:
        self.setMinimumWidth(theme().px(_WIDTH_PX))


class _Findings(QAbstractListModel):
    """The findings as rows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Where only words change, the rows stay: a countdown must not take the list back to its beginning."""
        if len(findings) != len(self.findings):
            self.beginResetModel()
            self.findings = findings
            self.endResetModel()
            return
        changed = [row for row, (old, new) in enumerate(zip(self.findings, findings, strict=True)) if old != new]
        self.findings = findings
        self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.findings)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        finding = self.findings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return finding.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(finding.why)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return in_words(finding)
        return finding if role == Qt.ItemDataRole.UserRole else None


class _View(QListView):
    def __init__(self, model: _Findings) -> None:
        super().__init__()
        self._laid_out_px = 0
        self._delegate = FindingDelegate(lambda: model.findings, self)
        self.setAccessibleName("Findings")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "scrolled")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        model.modelReset.connect(self._fold)

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        # With the keyboard or a click: why it matters unfolds beneath what is right, too.
        row, before = current.row(), self._delegate.unfolded_row
        if row == before:
            return
        self._delegate.unfolded_row = row
        if self._unfolds(row) or self._unfolds(before):
            self.scheduleDelayedItemsLayout()
            QTimer.singleShot(0, self, self._look_at_current)

    def _unfolds(self, row: int) -> bool:
        """Whether a row says more when it is chosen: what is wrong says all of it anyway, and need not be laid out."""
        index = self.model().index(row, 0)
        return index.isValid() and unfolds(index.data(Qt.ItemDataRole.UserRole))

    def _look_at_current(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def settle(self) -> None:
        """Lay out now what is to be laid out."""
        self.executeDelayedItemsLayout()

    def _fold(self) -> None:
        self._delegate.unfolded_row = -1

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Rows are as high as their words need at this width; a scroll bar that comes or goes changes nothing of that.
        if self.width() != self._laid_out_px:
            self._laid_out_px = self.width()
            self.scheduleDelayedItemsLayout()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            finding: Finding = index.data(Qt.ItemDataRole.UserRole)
            QGuiApplication.clipboard().setText(privacy().in_text(in_words(finding)))
        else:
            super().keyPressEvent(event)


def in_words(finding: Finding) -> str:
    """All that a finding says."""
    words = (f"{LOOKS[finding.level][2]}: {finding.title}", finding.detail, advice_of(finding, is_unfolded=True))
    return " ".join(part for part in words if part)


def _summary(findings: Sequence[Finding]) -> str:
    counts = [(level, sum(finding.level == level for finding in findings)) for level in ("bad", "warn", "unknown")]
    words = {"bad": "wrong", "warn": "to look at", "unknown": "not known"}
    told = [f"{count} {words[level]}" for level, count in counts if count]
    return " · ".join(told) or f"nothing wrong in {counted(len(findings), 'check')}"
