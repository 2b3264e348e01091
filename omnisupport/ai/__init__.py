"""What the product knows and how it answers: knowledge, retrieval, models; everything behind ports."""
