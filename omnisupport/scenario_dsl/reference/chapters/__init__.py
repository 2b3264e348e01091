"""Pages about what spans nodes: a file each, its words written by hand, its tables taken from the code."""
