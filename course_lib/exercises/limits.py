"""A time limit for a student's code, on every platform."""

import _thread
import signal
import threading
from contextlib import contextmanager, redirect_stdout
from io import StringIO


class TimeLimitExceeded(Exception):
    """The code ran longer than it may."""


@contextmanager
def time_limit(seconds):
    """Interrupt the body after `seconds`, as the stop button would; what it prints is dropped.

    Works in the main thread, where a kernel runs its cells. The interruption comes between two
    lines of Python: a single long call into compiled code is waited for.
    """
    expired, heard, done = (threading.Event() for _ in range(3))

    def expire():
        expired.set()
        _thread.interrupt_main()

    def hear(signum, frame):
        if expired.is_set() and not heard.is_set():
            heard.set()
            if not done.is_set():
                raise KeyboardInterrupt
        elif callable(previous):
            previous(signum, frame)

    # A process in the background may ignore the signal: it needs a handler of ours.
    previous = signal.signal(signal.SIGINT, hear)
    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    try:
        timer.start()
        with redirect_stdout(StringIO()):
            yield
    except KeyboardInterrupt:
        if not expired.is_set():
            raise
    finally:
        done.set()
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, previous)
    if expired.is_set():
        raise TimeLimitExceeded
