"""A time limit for a student's code, on every platform."""

import _thread
import signal
import threading
import time
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
    lock, expired, done = threading.Lock(), threading.Event(), threading.Event()

    def interrupt():
        with lock:
            if not done.is_set():
                expired.set()
                _interrupt_main_thread()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        try:
            with redirect_stdout(StringIO()):
                yield
        finally:
            with lock:
                done.set()
            timer.cancel()
            if expired.is_set():
                time.sleep(0.1)
    except KeyboardInterrupt:
        if not expired.is_set():
            raise
    if expired.is_set():
        raise TimeLimitExceeded


def _interrupt_main_thread():
    """As `_thread.interrupt_main`, which Python 3.12 on Unix may leave unheard in a tight loop."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()
