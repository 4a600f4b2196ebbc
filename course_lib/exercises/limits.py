"""A time limit for a student's code, on every platform."""

import _thread
import signal
import threading
from contextlib import redirect_stdout
from io import StringIO


class TimeLimitExceeded(Exception):
    """The code ran longer than it may."""


def limited(seconds, function, *arguments):
    """What the function returns, or TimeLimitExceeded; what it prints is dropped.

    It is interrupted once, as by the stop button, between two lines of Python: a single long call
    into compiled code is waited for, and a bare `except:` may swallow it. Outside the main thread,
    where a kernel runs its cells, there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    running, expired, heard = True, False, False

    def expire():
        nonlocal expired
        expired = True
        _thread.interrupt_main()

    def hear(signum, frame):
        nonlocal heard
        if expired and not heard:
            heard = True
            if running:
                raise KeyboardInterrupt
        elif callable(previous):
            previous(signum, frame)

    # A process in the background may ignore the signal: it needs a handler of ours.
    previous = signal.signal(signal.SIGINT, hear)
    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    try:
        with redirect_stdout(StringIO()):
            try:
                timer.start()
                result = function(*arguments)
            finally:
                running = False  # no call, in which the signal could still be heard
    except KeyboardInterrupt:
        if not expired:
            raise
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, previous)
    if expired:
        raise TimeLimitExceeded
    return result
