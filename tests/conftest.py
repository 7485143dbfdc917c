"""What every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

# A busy machine is no fault of the code: no example is judged by the time it takes.
settings.register_profile("test", deadline=None)
# The heavy proofs at full count, as `make soak` runs them.
settings.register_profile("soak", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
