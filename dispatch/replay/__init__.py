"""A published year of a real city's requests, carried through our services on a virtual clock."""
