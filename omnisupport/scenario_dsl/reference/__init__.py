"""The words of the reference: what each part of the language is called and means, in Russian and in English.

Loaded by those who show the language (`schema`, the pages in `docs/scenarios`), never by a run.
"""
