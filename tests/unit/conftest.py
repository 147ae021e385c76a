"""Properties are tried on fewer examples than usual, and never fail because the machine is busy.

In CI always on the same ones: a change is judged by what it changed. At a desk on new ones each time.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "waihu",
    max_examples=50,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("waihu")
