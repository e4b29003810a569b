"""The speed of the running product, measured through HTTP with real log-ins: `make bench`."""
