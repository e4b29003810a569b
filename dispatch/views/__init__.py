"""Pages of commanding and handling."""
