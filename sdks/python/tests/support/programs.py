"""Runs a Python program as a user would: in a process of its own, with nothing of this test on its path."""

import os
import subprocess
import sys
import tempfile
import textwrap


def clean_environment(**more):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("EXEMPLAR_", "PYTHON")) and not name.lower().endswith("_proxy")}
    kept.update(more)
    return kept


def run_program(text, *arguments, timeout=60, options=(), **environment):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "program.py")
        with open(file, "w", encoding="utf-8") as program:
            program.write(textwrap.dedent(text))
        return subprocess.run(
            [sys.executable, *options, file, *arguments], cwd=folder, env=clean_environment(**environment),
            capture_output=True, text=True, timeout=timeout)
