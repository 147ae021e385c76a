"""A mistake, thrown where it is noticed and caught where it is known which line is being looked at."""

from typing import Self


class Fault(Exception):
    """One mistake: what it is, and what stands in the gaps of the sentence that says it."""

    def __init__(self, code: str, *values: str, column: int = 0) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values
        self.column = column
        self.template, self.line = "", 0

    def at(self, template: str, line: int) -> Self:
        """Say where it was, as a line of what was rendered."""
        self.template, self.line = template, line
        return self
