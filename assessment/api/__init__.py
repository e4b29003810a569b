"""Scores over the API."""
