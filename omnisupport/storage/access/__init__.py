"""The only way to a row for a person: loads it inside his tenant's wall, or says that there is none."""
