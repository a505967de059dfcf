"""A box to choose from that is not as wide as its longest entry."""

from PySide6.QtWidgets import QComboBox


def narrow_box(letters: int) -> QComboBox:
    """At least as wide as so many letters; what is longer is cut in the box, and whole in its list."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)
    return box
