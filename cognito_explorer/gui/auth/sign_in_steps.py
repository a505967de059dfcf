"""The way of a sign-in, step by step, each with an icon and a word for how far it is."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cognito_explorer.gui.lib.labels import IconLabel, plain_label, set_tone
from cognito_explorer.gui.lib.tokens import Tone


class Step(StrEnum):
    """What has to happen, in this order."""

    ASKED = "Asked for a sign-in"
    SIGNED_IN = "Signed in on the page"
    CAME_BACK = "Came back to the callback URL"
    STATE = "State compared"
    EXCHANGED = "Code exchanged for tokens"
    NONCE = "Nonce compared"


class Progress(StrEnum):
    """How far a step is, as its word says."""

    TO_COME = "to come"
    UNDER_WAY = "under way"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LEFT_OUT = "not needed"


_LOOKS = {
    Progress.TO_COME: ("minus", Tone.MUTED),
    Progress.UNDER_WAY: ("clock", Tone.INFO),
    Progress.DONE: ("check-circle", Tone.GOOD),
    Progress.FAILED: ("error", Tone.BAD),
    Progress.CANCELLED: ("stop", Tone.MUTED),
    Progress.LEFT_OUT: ("minus", Tone.MUTED),
}


class SignInSteps(QWidget):
    """One line per step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = {step: _StepLine(step) for step in Step}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for line in self._lines.values():
            layout.addWidget(line)

    def progress(self, step: Step) -> Progress:
        """How far a step is."""
        return self._lines[step].progress

    def start_over(self) -> None:
        """Nothing has happened yet; the first step is under way."""
        for line in self._lines.values():
            line.show_progress(Progress.TO_COME)
        self._lines[Step.ASKED].show_progress(Progress.UNDER_WAY)

    def finish(self, *steps: Step) -> None:
        """These are done; the one after them is under way."""
        for step in steps:
            self._lines[step].show_progress(Progress.DONE)
        following = list(Step)[list(Step).index(steps[-1]) + 1 :]
        if following:
            self._lines[following[0]].show_progress(Progress.UNDER_WAY)

    def fail(self) -> None:
        """Whatever is under way has failed."""
        self._end(Progress.FAILED)

    def cancel(self) -> None:
        """Whatever is under way was called off."""
        self._end(Progress.CANCELLED)

    def leave_out(self, step: Step) -> None:
        """This one is not needed."""
        self._lines[step].show_progress(Progress.LEFT_OUT)

    def _end(self, progress: Progress) -> None:
        for line in self._lines.values():
            if line.progress is Progress.UNDER_WAY:
                line.show_progress(progress)


class _StepLine(QWidget):
    def __init__(self, step: Step) -> None:
        super().__init__()
        self.progress = Progress.TO_COME
        self._step = step
        self._icon = IconLabel("minus", Tone.MUTED)
        self._text = plain_label(step.value, wrap=True)
        self._word = plain_label("", "small")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._word)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.show_progress(Progress.TO_COME)

    def show_progress(self, progress: Progress) -> None:
        self.progress = progress
        name, tone = _LOOKS[progress]
        self._icon.set_icon(name, tone)
        self._word.setText(progress.value)
        set_tone(self._word, tone)
        set_tone(self._text, Tone.MUTED if progress in (Progress.TO_COME, Progress.LEFT_OUT) else Tone.TEXT)
        self.setAccessibleName(f"{self._step.value}: {progress.value}")
