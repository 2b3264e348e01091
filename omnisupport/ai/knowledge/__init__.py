"""Documents in, passages out: ingestion, the vector engines, hybrid retrieval and its confidence."""
