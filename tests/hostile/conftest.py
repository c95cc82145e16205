"""The tests in `endings.py` fail with what they compared, as those in a test file do."""

import pytest

pytest.register_assert_rewrite("tests.hostile.endings")
