"""Every change made while going out."""
