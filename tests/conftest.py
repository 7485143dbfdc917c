"""What every test shares."""

from __future__ import annotations

from hypothesis import settings

from tests.soak import soak_count

# A busy machine is no fault of the code: no example is judged by the time it takes.
settings.register_profile("tests", deadline=None, max_examples=soak_count(100, 5_000))
settings.load_profile("tests")
