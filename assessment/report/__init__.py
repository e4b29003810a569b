"""The monthly report: what it says, and how it is shown, set on paper and kept as a file."""
