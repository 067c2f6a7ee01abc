"""Unit tests: one hypothesis profile, no application, no database."""

from hypothesis import HealthCheck, settings

settings.register_profile("unit", max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unit")
