"""The node types, one file each. A file here with a `NODE` is a node type: nothing else lists it."""
