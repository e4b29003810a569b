"""What is filled in while going out."""
