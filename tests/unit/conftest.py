"""Properties are tried on fewer examples than usual, and never fail because the machine is busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("waihu", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("waihu")
