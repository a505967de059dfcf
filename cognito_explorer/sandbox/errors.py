"""What a service answers when it says no."""


class ServiceError(Exception):
    """An error answer on the wire: AWS's exception name, its message, and the HTTP status.

    With `keeps_writes` the transaction it ends is committed all the same: a refused attempt must still be counted.
    """

    def __init__(self, code: str, message: str, *, status: int = 400, keeps_writes: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.keeps_writes = keeps_writes
