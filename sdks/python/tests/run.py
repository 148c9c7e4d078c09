"""Runs the tests against the package that is installed, and ends with the line of totals.

    python run.py [--folder FOLDER] [a part of a test's name …]
"""

import argparse
import os
import sys
import unittest
from pathlib import Path

import exemplar

TESTS = Path(__file__).resolve().parent
SOURCE = TESTS.parent / "src"


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() for word in words):
            yield test


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", default=TESTS, type=Path)
    arguments.add_argument("words", nargs="*")
    asked = arguments.parse_args()
    if SOURCE in Path(exemplar.__file__).resolve().parents:
        raise SystemExit("run.py: exemplar comes from the source tree; install the wheel and use its interpreter, as test.sh does")
    for name in list(os.environ):
        # The settings and proxies of this machine are not what is tested.
        if name.startswith("EXEMPLAR_BASE") or name.lower().endswith("_proxy"):
            del os.environ[name]
    sys.path.insert(0, str(TESTS))
    folder = str(asked.folder.resolve())
    found = unittest.TestLoader().discover(folder, pattern="test_*.py", top_level_dir=folder)
    suite = unittest.TestSuite(chosen(found, asked.words))
    result = unittest.TextTestRunner(verbosity=2 if os.environ.get("VERBOSE") else 1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    print("%d passed, %d failed, %d skipped" % (max(result.testsRun - failed - skipped, 0), failed, skipped), flush=True)
    # Words that choose no test are for one of two folders only.
    sys.exit(0 if failed == 0 and (result.testsRun > 0 or asked.words) else 1)


if __name__ == "__main__":
    main()
