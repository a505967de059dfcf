"""A table model over records, filled page by page and sorted in place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon
from typing_extensions import override

from cognito_explorer.gui.lib import icons
from cognito_explorer.gui.lib.color_dot import color_dot
from cognito_explorer.gui.lib.columns import NOTHING, Column
from cognito_explorer.gui.lib.labels import plain_tooltip
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.tokens import Tone

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

IDENTIFIER_ROLE = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


class RecordTable(QAbstractTableModel, Generic[R]):
    """Rows are records. `more_wanted` asks for the next page; answer with `add_rows` or `more_failed`.

    Sorting covers what is loaded; rows added later take their place in the order.
    """

    more_wanted = Signal()

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column[R], ...] = tuple(columns)
        self._rows: list[R] = []
        self._arrived: list[R] = []  # the same records in the order they came, for the unsorted view
        self._has_more = False
        self._is_waiting = False
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None
        self._ranks: dict[int, tuple[int, Any]] = {}  # by id(record): where it stands in the present order
        self._mono: QFont | None = None
        theme().changed.connect(self._restyle)

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """The columns, as given."""
        return self._columns

    @property
    def has_more(self) -> bool:
        """Whether there are pages that were not fetched."""
        return self._has_more

    def records(self) -> tuple[R, ...]:
        """All loaded records in the order shown."""
        return tuple(self._rows)

    def record(self, index: Index | int) -> R:
        """The record of a row. Raises IndexError outside the table."""
        row = index if isinstance(index, int) else index.row()
        if row < 0:
            raise IndexError("no row")
        return self._rows[row]

    def set_rows(self, rows: Iterable[R], *, has_more: bool = False) -> None:
        """Show these records instead of all others."""
        self.beginResetModel()
        self._arrived = list(rows)
        self._ranks.clear()
        self._rows = list(self._arrived)
        self._has_more, self._is_waiting = has_more, False
        if self._sorted_by is not None:
            self._sort_rows(*self._sorted_by)
        self.endResetModel()

    def add_rows(self, rows: Iterable[R], *, has_more: bool = False) -> None:
        """Show one page more."""
        added = list(rows)
        self._has_more, self._is_waiting = has_more, False
        if not added:
            return
        first = len(self._rows)
        self.beginInsertRows(_ROOT, first, first + len(added) - 1)
        self._rows.extend(added)
        self._arrived.extend(added)
        self.endInsertRows()
        if self._sorted_by is not None:
            self._rearrange(*self._sorted_by)

    def more_failed(self) -> None:
        """The next page did not come; it will be asked for again when the person scrolls on."""
        self._is_waiting = False

    def replace(self, is_meant: Callable[[R], bool], record: R) -> bool:
        """Put a record in the place of the first one meant; tells whether there was one."""
        for row, old in enumerate(self._rows):
            if is_meant(old):
                self._rows[row] = record
                self._ranks.pop(id(old), None)
                self._arrived[next(at for at, kept in enumerate(self._arrived) if kept is old)] = record
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._columns) - 1))
                return True
        return False

    def remove(self, is_meant: Callable[[R], bool]) -> bool:
        """Take away the first record meant; tells whether there was one."""
        for row, old in enumerate(self._rows):
            if is_meant(old):
                self.beginRemoveRows(_ROOT, row, row)
                del self._rows[row]
                self._ranks.pop(id(old), None)
                self._arrived = [kept for kept in self._arrived if kept is not old]
                self.endRemoveRows()
                return True
        return False

    def find(self, is_meant: Callable[[R], bool]) -> QModelIndex:
        """The index of the first record meant, invalid if there is none."""
        return next((self.index(row, 0) for row, record in enumerate(self._rows) if is_meant(record)), QModelIndex())

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, record = self._columns[index.column()], self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(record)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(column.tip(record)) or None
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.is_right_aligned else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case _ if role == IDENTIFIER_ROLE:
                return column.is_identifier
            case _:
                return self._looks(column, record, role)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(column.title) if column.full_name else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_right_aligned else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self._is_waiting

    @override
    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._is_waiting = True
            self.more_wanted.emit()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort what is loaded; a column of -1 restores the order of arrival."""
        self._ranks.clear()
        self._sorted_by = (column, order) if 0 <= column < len(self._columns) else None
        self._rearrange(column, order)

    def _looks(self, column: Column[R], record: R, role: int) -> QIcon | QColor | QFont | None:
        tone = column.tone(record) if column.tone is not None else Tone.TEXT
        if role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
            name = column.icon(record)
            return icons.icon(name, tone) if name else None
        if role == Qt.ItemDataRole.DecorationRole and column.dot is not None:
            return color_dot(column.dot(record))
        if role == Qt.ItemDataRole.ForegroundRole and tone is not Tone.TEXT:
            return QColor(theme().tokens.tone(tone))
        if role == Qt.ItemDataRole.FontRole and column.is_identifier:
            self._mono = self._mono or theme().monospace()
            return self._mono
        return None

    def _rearrange(self, column: int, order: Qt.SortOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        held = [self._rows[index.row()] for index in kept]
        if self._sorted_by is None:
            self._rows = list(self._arrived)
        else:
            self._sort_rows(column, order)
        place = {id(record): row for row, record in enumerate(self._rows)} if kept else {}
        moved = [self.index(place[id(record)], index.column()) for record, index in zip(held, kept, strict=True)]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _sort_rows(self, column: int, order: Qt.SortOrder) -> None:
        key = self._columns[column].order
        ranks = self._ranks
        for record in self._rows:
            if id(record) not in ranks:
                ranks[id(record)] = key(record)
        valued = [record for record in self._rows if ranks[id(record)][0] != NOTHING]
        valued.sort(key=lambda record: ranks[id(record)], reverse=order is Qt.SortOrder.DescendingOrder)
        self._rows = valued + [record for record in self._rows if ranks[id(record)][0] == NOTHING]

    def _restyle(self) -> None:
        self._mono = None
