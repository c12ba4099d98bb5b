"""Become a program that dies with the process that started it: a script of its own.

`leash.py PARENT PROGRAM ARGUMENT…` asks the kernel (Linux) for SIGKILL at the death
of the parent, then becomes the program: same process, same id. A script, since asking
between fork and exec is unsafe in a process with threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, *command: str) -> None:
    """Ask, look whether the parent died meanwhile, and become the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 - a program of ours, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
