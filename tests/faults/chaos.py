"""Kills at random moments, and somebody who starts again what has ended, as an operator's supervisor does."""

import random
import threading
from collections import Counter

from tests.running import Product

# Seconds between two kills: short enough that most submissions meet one, long enough that some get through.
SHORTEST_SECONDS, LONGEST_SECONDS = 0.3, 2.0
# kind → how often in a hundred. A power cut ends everything at once, and starting takes the longest.
KINDS = {"server": 45, "worker": 40, "everything": 15}
LOOK_SECONDS = 0.2


class Chaos:
    """Kills parts of `product` until it is left; `kills` counts them by kind."""

    def __init__(self, product: Product, dice: random.Random) -> None:
        self.product = product
        self.dice = dice
        self.kills: Counter[str] = Counter()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._rage, daemon=True)
        self.failure: Exception | None = None

    def __enter__(self) -> "Chaos":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure
        self._mend()

    def _rage(self) -> None:
        try:
            while not self._over.wait(self.dice.uniform(SHORTEST_SECONDS, LONGEST_SECONDS)):
                self._kill(self.dice.choices(list(KINDS), list(KINDS.values()))[0])
                self._mend()
        except (OSError, RuntimeError) as error:  # shown by the test that waits for this thread
            self.failure = error

    def _kill(self, kind: str) -> None:
        if kind == "everything":
            self.product.kill_all()
        elif not (self.product.kill_server() if kind == "server" else self.product.kill_worker()):
            return  # it has not come back from the last time
        self.kills[kind] += 1

    def _mend(self) -> None:
        """Start the product again when it has ended: after a cut, or when its server gave up on itself."""
        if self.product.process is None or self.product.process.poll() is not None:
            self.product.kill_all()
            self.product.start()
