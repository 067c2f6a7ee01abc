"""Field types: one file each, one contract, one registry. A decision on a type's name belongs here or in forms/fields."""

from domain.fields.base import FieldType, Refused
from domain.fields.registry import TYPES, of, type_named

__all__ = ["TYPES", "FieldType", "Refused", "of", "type_named"]
