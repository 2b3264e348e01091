"""Knowledge and answers."""
