"""What a process holds for as long as it lives."""

import gc


def settle() -> None:
    """Take all that is loaded out of the collector's sight; for processes that last, once they have started.

    Some 350,000 objects (code, models, addresses, the readings of Chinese words) never go away. Walking through them took a fifth
    of a second and more each time that Python looked for garbage, in the middle of a page or of a job.
    """
    gc.collect()
    gc.freeze()
