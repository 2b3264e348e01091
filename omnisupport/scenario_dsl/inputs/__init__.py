"""The kinds of answers that `ask` understands, one file each. A file here with an `INPUT` is a kind."""
