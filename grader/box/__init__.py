"""Running code that nobody trusts: a warm parent forks one box per notebook, and the grader asks it by name.

What happens to a notebook, file by file. In the grader: `pool` keeps a `parent` process, in `temporary` folders; for
each notebook it opens a `box`, follows its `run` with the grader's own clock over a `line`, and then calls functions.

In the warm parent: `warm` puts on a `view` of the files, imports what notebooks import and proves the tier with
`canaries`; `forking` makes a box for each request, has `watch` weigh its processes and `folders` its files, and tells
the grader by `messages`.

In the box: `isolate` closes it in, by `privilege`, `landlock` and `syscalls`; `inside` drives the notebook; `kernel`
is the process with the student's code. After the run `calls` answers by name: `values` become plain, `frames` carry
them, `sentences` say what was raised, and `counting` (with `tally`) counts the work of torch, numpy and Python.
"""

from grader.box.box import Box
from grader.box.frames import SeededGenerator
from grader.box.pool import Pool, sweep_boxes

__all__ = ["Box", "Pool", "SeededGenerator", "sweep_boxes"]
