"""What a run spends with those who bill by the unit, so that it stops before its budget is overspent."""

from __future__ import annotations


class Spending:
    """Units by account, from the opening of a workspace to its end; its copies share one object."""

    def __init__(self) -> None:
        self._units: dict[str, int] = {}

    def of(self, account: str) -> int:
        """Return the units that are spent or set aside."""
        return self._units.get(account, 0)

    def set_aside(self, account: str, units: int, *, budget: int) -> bool:
        """Set units aside for a question that is about to be asked; tell whether the budget allows it.

        >>> spending = Spending()
        >>> spending.set_aside("moz", 4, budget=5), spending.set_aside("moz", 4, budget=5)
        (True, False)
        """
        if self.of(account) + units > budget:
            return False
        self._units[account] = self.of(account) + units
        return True

    def settle(self, account: str, *, aside: int, spent: int) -> None:
        """Put what a question really cost in the place of what was set aside for it."""
        self._units[account] = self.of(account) - aside + spent
