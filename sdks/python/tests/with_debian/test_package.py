"""The packed files hold what a publisher promises."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import unittest
import zipfile
from email.parser import Parser
from pathlib import Path

import exemplar

PACKAGE = Path(__file__).resolve().parents[2]
DIST = Path(os.environ["EXEMPLAR_TEST_DIST"])
MODULES = {"exemplar/" + file.name for file in (PACKAGE / "src/exemplar").iterdir() if file.suffix in (".py", ".typed")}


class ThePackedFiles(unittest.TestCase):
    def setUp(self):
        self.wheel = zipfile.ZipFile(next(DIST.glob("*.whl")))
        self.addCleanup(self.wheel.close)
        self.sdist = tarfile.open(next(DIST.glob("*.tar.gz")))
        self.addCleanup(self.sdist.close)

    def test_are_for_every_system_and_carry_the_version(self):
        names = sorted(file.name for file in DIST.iterdir())
        self.assertEqual(len(names), 2, names)
        self.assertIn("exemplar_python_sdk-%s-py3-none-any.whl" % exemplar.__version__, names)
        self.assertRegex(exemplar.__version__, r"^\d+\.\d+\.\d+$")
        self.assertIn("[%s]" % exemplar.__version__, (PACKAGE / "CHANGELOG.md").read_text(encoding="utf-8"))

    def test_of_the_wheel_are_the_modules_and_nothing_else(self):
        names = {name for name in self.wheel.namelist() if ".dist-info/" not in name}
        self.assertEqual(names, MODULES)
        self.assertIn("exemplar/py.typed", names)
        self.assertTrue(any(name.endswith("LICENSE") for name in self.wheel.namelist()))

    def test_of_the_sdist_are_enough_to_build_and_to_read(self):
        names = {name.partition("/")[2] for name in self.sdist.getnames()}
        wanted = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "examples/fastapi_job.py"} | {"src/" + name for name in MODULES}
        self.assertLessEqual(wanted, names)
        self.assertFalse([name for name in names if "__pycache__" in name or name.startswith("tests")])

    def test_describe_themselves(self):
        name = next(name for name in self.wheel.namelist() if name.endswith(".dist-info/METADATA"))
        described = Parser().parsestr(self.wheel.read(name).decode("utf-8"))
        self.assertEqual(described["Name"], "exemplar-python-sdk")
        self.assertEqual(described["Requires-Python"], ">=3.9")
        self.assertIsNone(described["Requires-Dist"], "it needs nothing but Python")
        self.assertEqual(described["Description-Content-Type"], "text/markdown")
        self.assertTrue(described["Summary"] and described["License"] == "MIT")
        self.assertGreaterEqual(len(described.get_all("Project-URL")), 2)
        self.assertIn("Typing :: Typed", described.get_all("Classifier"))
        self.assertIn("pip install exemplar-python-sdk", described.get_payload())

    def test_are_written_in_the_python_that_they_ask_for(self):
        texts = {name: self.wheel.read(name).decode("utf-8") for name in MODULES if name.endswith(".py")}
        texts["examples/fastapi_job.py"] = (PACKAGE / "examples" / "fastapi_job.py").read_text(encoding="utf-8")
        for name, text in texts.items():
            ast.parse(text, name, feature_version=(3, 9))
        # What would be refused, so that the check itself is one.
        with self.assertRaises(SyntaxError):
            ast.parse("match 1:\n    case 1: pass", feature_version=(3, 9))

    def test_have_the_licence_of_the_project(self):
        self.assertEqual((PACKAGE / "LICENSE").read_text(), (PACKAGE.parents[1] / "LICENSE").read_text())

    def test_import_nothing_outside_the_standard_library(self):
        if sys.version_info < (3, 10):
            self.skipTest("Python 3.9 has no list of its standard modules")
        for name in MODULES:
            if name.endswith(".py"):
                for module in re.findall(r"^(?:import|from) ([a-z]\w*)", self.wheel.read(name).decode("utf-8"), re.MULTILINE):
                    self.assertIn(module, {*sys.stdlib_module_names, "__future__"}, name)


class TheTypes(unittest.TestCase):
    def check(self, *arguments, **files):
        mypy = shutil.which("mypy")
        self.assertIsNotNone(mypy, "mypy is missing; install Debian's package mypy")
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                (Path(folder) / (name + ".py")).write_text(textwrap.dedent(text), encoding="utf-8")
            ended = subprocess.run(
                [mypy, "--strict", "--cache-dir", folder + "/cache", *arguments, *(name + ".py" for name in files)],
                cwd=folder, capture_output=True, text=True)
        return ended.returncode, ended.stdout + ended.stderr

    def test_of_the_source_are_strict(self):
        for version in ("3.9", "3.11"):
            code, said = self.check("--python-version", version, str(PACKAGE / "src/exemplar"))
            self.assertEqual(code, 0, said)

    def test_reach_the_users_of_the_installed_package(self):
        code, said = self.check("--python-executable", sys.executable, user="""
            import asyncio
            from datetime import datetime, timezone
            from typing import Any, Mapping
            import exemplar

            @exemplar.heartbeat("id", {"a": 1})
            def backup(folder: str) -> int:
                return 1

            @exemplar.heartbeat("id", lambda: {"a": 1})
            async def sync(count: int) -> str:
                return ""

            def facts() -> Mapping[str, Any]:
                return {}

            async def main() -> None:
                result: exemplar.HeartbeatResult = await exemplar.send_heartbeat_async("id", metadata=facts)
                exemplar.send_heartbeat("id", occurred_at=datetime.now(timezone.utc))
                task: asyncio.Task[None] = asyncio.create_task(exemplar.heartbeat_background_loop("id", interval_seconds=60))
                async with exemplar.heartbeat("id") as beat:
                    beat.metadata = {"rows": 1}
                text: str = await sync(1)
                task.cancel()

            exemplar.init(api_key="x", base_url="y", budget_seconds=3)
            number: int = backup("x")
            with exemplar.start_heartbeat_thread("id", 1.5, metadata=None) as beating:
                last: "exemplar.HeartbeatResult | None" = beating.last_result
            """)
        self.assertEqual(code, 0, said)

    def test_find_the_mistakes_of_users(self):
        code, said = self.check("--python-executable", sys.executable, user="""
            import exemplar

            @exemplar.heartbeat("id")
            def backup(folder: str) -> int:
                return 1

            exemplar.send_heartbeat(7)
            exemplar.send_heartbeat("id", metadata=[1])
            exemplar.send_heartbeat("id").okay
            backup(7)
            exemplar.init()
            exemplar.send_heartbeat("id", occurred_at=1795410000)
            """)
        self.assertEqual(code, 1, said)
        self.assertEqual(re.findall(r"^user\.py:(\d+): error:", said, re.MULTILINE), ["8", "9", "10", "11", "12", "13"], said)
