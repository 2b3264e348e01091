"""OmniSupport: customer support where every conversation is a durable workflow."""

import gc

YOUNG_OBJECTS = 20_000
"""How many objects are made before the youngest are looked at: Python's 700 cost an import an eighth."""

gc.set_threshold(YOUNG_OBJECTS, 20, 20)
