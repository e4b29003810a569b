"""What the environment says about this place, and how a secret is read from it."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = env.bool("DJANGO_DEBUG", False)
# Shows the demo log-ins on the log-in page; the demo users exist only where load_demo was run.
DEMO = env.bool("GRIDGOV_DEMO", False)


def secret(name: str) -> str:
    """The secret from the environment; outside DEBUG an unset one refuses to start."""
    value: str = env.str(name, "")
    if value or DEBUG:
        return value or "only-for-debug"
    raise ImproperlyConfigured(f"Set {name}: it is a secret and has no default outside DEBUG.")
