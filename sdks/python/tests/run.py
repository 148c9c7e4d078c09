"""Runs the tests against the package that is installed, and ends with the line of totals.

    python run.py [--folder FOLDER] [--jobs N] [a part of a test's name …]

The tests wait more than they work, so several processes share them. Each has a fault server of its own.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import exemplar

TESTS = Path(__file__).resolve().parent
SOURCE = TESTS.parent / "src"
TOTALS = re.compile(r"^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$")


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() for word in words):
            yield test


def share_of(tests, number, jobs):
    """The tests of one process. A class is kept together, because it may start a server; vectors go one by one."""
    order = {}
    for test in tests:
        unit = test.id() if type(test).__module__ == "test_vectors" else type(test)
        if order.setdefault(unit, len(order)) % jobs == number:
            yield test


def totals_line(passed, failed, skipped):
    return "%d passed, %d failed, %d skipped" % (passed, failed, skipped)


def run_share(tests):
    result = unittest.TextTestRunner(verbosity=2 if os.environ.get("VERBOSE") else 1).run(unittest.TestSuite(tests))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    print(totals_line(max(result.testsRun - failed - skipped, 0), failed, skipped), flush=True)
    return failed == 0


def run_shares(jobs):
    """Each process writes into a file of its own, so that nothing is mixed. One that ends without its totals has crashed and counts."""
    python = [sys.executable, *(["-X", "dev"] if sys.flags.dev_mode else [])]
    running = []
    for number in range(jobs):
        said = tempfile.TemporaryFile("w+")
        command = [*python, __file__, *sys.argv[1:], "--share", str(number)]
        running.append((subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT), said))
    sums = [0, 0, 0]
    for process, said in running:
        code = process.wait()
        said.seek(0)
        *lines, last = said.read().splitlines() or [""]
        said.close()
        found = TOTALS.match(last)
        print("\n".join(lines if found else [*lines, last]), flush=True)
        if found:
            sums = [whole + int(part) for whole, part in zip(sums, found.groups())]
        if found is None or (code != 0 and found.group(2) == "0"):
            print("run.py: a process of the tests ended with code %d" % code, file=sys.stderr, flush=True)
            sums[1] += 1
    print(totals_line(*sums), flush=True)
    return sums


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", default=TESTS, type=Path)
    arguments.add_argument("--jobs", default=4, type=int)
    arguments.add_argument("--share", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("words", nargs="*")
    asked = arguments.parse_args()
    if SOURCE in Path(exemplar.__file__).resolve().parents:
        raise SystemExit("run.py: exemplar comes from the source tree; install the wheel and use its interpreter, as test.sh does")
    if asked.share is None:
        passed, failed, skipped = run_shares(asked.jobs)
        # Words that choose no test are for one of two folders only.
        sys.exit(0 if failed == 0 and (passed + skipped > 0 or asked.words) else 1)
    for name in list(os.environ):
        # The settings and proxies of this machine are not what is tested.
        if name.startswith("EXEMPLAR_BASE") or name.lower().endswith("_proxy"):
            del os.environ[name]
    sys.path.insert(0, str(TESTS))
    folder = str(asked.folder.resolve())
    found = unittest.TestLoader().discover(folder, pattern="test_*.py", top_level_dir=folder)
    sys.exit(0 if run_share(share_of(list(chosen(found, asked.words)), asked.share, asked.jobs)) else 1)


if __name__ == "__main__":
    main()
