"""What people fill in to command and to ask."""
