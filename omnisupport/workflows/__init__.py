"""The durable stories: one file a noun. They decide; activities act."""
