"""Going out: checks and verifications, the phone."""
