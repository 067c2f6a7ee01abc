"""Who may do what, where: permissions, roles granted in a scope, and the one policy."""

from domain.access.permissions import Permission
from domain.access.policy import ANONYMOUS, Actor, Grant, Place, Reach

__all__ = ["ANONYMOUS", "Actor", "Grant", "Permission", "Place", "Reach"]
