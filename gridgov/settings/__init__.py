"""The one settings module, kept by noun; everything that differs between places comes from the environment."""

# ruff: noqa: F403 - Django reads the settings as names of this module
from gridgov.settings.api import *
from gridgov.settings.background import *
from gridgov.settings.environment import *
from gridgov.settings.outgoing import *
from gridgov.settings.security import *
from gridgov.settings.sign_in import *
from gridgov.settings.site import *
from gridgov.settings.stores import *
from gridgov.settings.work import *
