"""What workflows do to the world: classes that take ports, one noun a file."""
