"""The hostile corpus in the tier `bwrap`."""

from grader.box import isolate
from tests.hostile.endings import *  # noqa: F403 - its tests and fixtures, in this tier

TIER = isolate.BWRAP
