"""What each node type is called and means: a file for each, `WORDS`. A name that Python keeps ends with `_`."""
