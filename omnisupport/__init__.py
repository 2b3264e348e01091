"""OmniSupport: customer support where every conversation is a durable workflow."""

import gc
import os
import sys

YOUNG_OBJECTS = 20_000
"""How many objects are made before the youngest are looked at: Python's 700 cost an import an eighth."""

gc.set_threshold(YOUNG_OBJECTS, 20, 20)
if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
    # Nothing is traced then; redis would load it all the same if it is installed: 0.2 s and 6 MiB.
    sys.modules.setdefault("opentelemetry.sdk", None)  # type: ignore[arg-type]  # reads as "not installed"
