"""A logger that keeps what it is told."""

import logging


class KeepingLogger(logging.Logger):
    def __init__(self):
        super().__init__("exemplar-test")
        self.kept = []
        self.addHandler(_Keeping(self.kept))

    def lines(self, level):
        return [record.getMessage() for record in self.kept if record.levelno == level]

    @property
    def warnings(self):
        return self.lines(logging.WARNING)

    @property
    def notes(self):
        return self.lines(logging.INFO)


class _Keeping(logging.Handler):
    def __init__(self, kept):
        super().__init__()
        self._kept = kept

    def emit(self, record):
        self._kept.append(record)
