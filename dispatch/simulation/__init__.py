"""Two weeks of the demo city's life, made up but carried through the very services."""
