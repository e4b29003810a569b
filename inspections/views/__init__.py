"""Pages of those who are out."""
