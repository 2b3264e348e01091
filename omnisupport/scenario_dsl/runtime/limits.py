"""The bounds of a run (design page 5.6). Past one of them a person takes over; nothing loops or floods."""

from __future__ import annotations

STEPS_PER_TURN = 200
STEPS_OF_LOOPS = 2_000
"""All steps of a turn together: each item of a `for_each` has the steps of a turn of its own."""
VISITS_PER_TURN = 20
STEPS_PER_RUN = 10_000
MESSAGES_PER_TURN = 10
STACK_DEPTH = 16
ITEMS_OF_A_LOOP = 100

# The parts of the state that can grow; together they stay under the 32 KiB that may be carried over.
VARS_BYTES = 16_384
REQUEST_BYTES = 8_192
EVENT_BYTES = 4_096
TEXT_KEPT = 1_500
FIRST_TEXT_KEPT = 500
QUEUE_LENGTH = 3
QUEUED_TEXT_KEPT = 300
TRAIL_LENGTH = 20
ATTACHMENTS_KEPT = 10
ATTACHMENTS_BYTES = 5_000
"""References to files, of the current event and of all queued messages together."""
UNANSWERED_KEPT = 20

# All attempts of an http node together, pauses included: a customer waits for it.
REQUEST_AT_MOST_S = 120

# What a customer may type; the api refuses longer messages, other hosts are cut here.
TEXT_TAKEN = 8_000

DAY_MS = 86_400_000
