"""Dates, times and durations as people write them in Russian and in English: a small grammar of our own.

`words.py` knows the words, `tokens.py` cuts a text, `reading.py` understands it with the rules of `days.py`,
`distances.py` and `clocks.py`, `moments.py` finds the day and the minute that are meant. Every word must be
understood: a text that says more is no date.
"""
