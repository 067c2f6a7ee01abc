"""How each field type looks in a form and how its posted data is read. One file per family, one registry."""

from forms.fields.base import Adapter, FieldState
from forms.fields.registry import ADAPTERS, adapter_of

__all__ = ["ADAPTERS", "Adapter", "FieldState", "adapter_of"]
