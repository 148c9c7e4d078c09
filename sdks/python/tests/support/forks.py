"""Real children of os.fork."""

import json
import os
import sys
import time
import traceback


def in_child(work, seconds=20):
    """What `work` returns (as JSON) in a child of os.fork. A child that fails or hangs fails the test."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.write(writing, json.dumps(work()).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(writing)
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(reading)
            raise AssertionError("the child hangs")
        time.sleep(0.02)
    with os.fdopen(reading, "rb") as file:
        said = file.read()
    if status != 0:
        raise AssertionError("the child failed (%d)" % status)
    return json.loads(said)
