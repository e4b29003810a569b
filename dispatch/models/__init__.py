"""Who answers for what."""

from dispatch.models.responsibility import Responsibility

__all__ = ["Responsibility"]
