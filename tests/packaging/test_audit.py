"""What is installed: locked by hashes, and looked up by `packaging/audit` among what is known to be vulnerable."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
LOCKS = sorted((PACKAGING / "locked").glob("*.txt"))

# Stands in for pip-audit: answers with what the service's file holds, and fails where there is none, as it does where
# its service cannot be reached.
PIP_AUDIT = """
import pathlib, sys
service = sys.argv[sys.argv.index("--vulnerability-service") + 1]
answer = pathlib.Path(__file__).with_name(service + ".json")
if not answer.exists():
    sys.exit("ConnectionError: no way to " + service)
pathlib.Path(sys.argv[sys.argv.index("--output") + 1]).write_text(answer.read_text())
"""
NPM_FINE = {"metadata": {"vulnerabilities": {"high": 0, "total": 0}}}
FINE = {"name": "attrs", "version": "1.0", "vulns": []}
MISSED = {"name": "msgspec", "skip_reason": "not found"}
BAD = {"name": "click", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}


@attrs.frozen
class Outcome:
    code: int
    said: str


def audit(folder: Path, *, npm: object = NPM_FINE, **services: list[object]) -> Outcome:
    """Run `packaging/audit` over one lock file, with databases that say what is given."""
    package = folder / ".tools" / "audit" / "pip_audit"
    for place in (folder / "packaging" / "locked", folder / ".venv" / "bin", folder / "bin", package):
        place.mkdir(parents=True)
    shutil.copy(PACKAGING / "audit", folder / "packaging")
    (folder / "packaging" / "locked" / "python.txt").write_text("")
    (package / "__main__.py").write_text(PIP_AUDIT)
    for name, found in services.items():
        (package / f"{name}.json").write_text(json.dumps({"dependencies": found}))
    npm_says = "exit 1" if npm is None else f"[ $1 = --version ] || echo '{json.dumps(npm)}'"
    for program, does in {
        "packaging/setup": "",
        ".venv/bin/python": f'exec "{sys.executable}" "$@"',
        "bin/npm": f"[ $1 != audit ] || echo 'npm warn audit endpoint' >&2\n{npm_says}",
    }.items():
        (folder / program).write_text(f"#!/bin/sh\n{does}\n")
        (folder / program).chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        [folder / "packaging" / "audit"], capture_output=True, text=True, check=False, env=environment
    )
    return Outcome(done.returncode, done.stdout)


def test_packages_that_are_all_known_and_not_vulnerable_are_fine(tmp_path: Path) -> None:
    told = audit(tmp_path, osv=[FINE, FINE])
    assert told.code == 0
    assert "2 packages looked up, 0 known vulnerabilities" in told.said
    assert "NOT CHECKED" not in told.said


def test_a_package_that_is_vulnerable_is_named(tmp_path: Path) -> None:
    told = audit(tmp_path, osv=[FINE, BAD])
    assert told.code == 1
    assert "click 2.0: CVE-1, mended in: 2.1" in told.said


def test_of_two_databases_one_that_knows_all_will_do(tmp_path: Path) -> None:
    assert audit(tmp_path / "a", pypi=[FINE]).code == 0
    assert audit(tmp_path / "b", osv=[MISSED], pypi=[FINE]).code == 0


@pytest.mark.parametrize("services", [{}, {"osv": [FINE, MISSED]}, {"pypi": [MISSED]}, {"osv": []}])
def test_what_was_not_looked_up_is_not_taken_for_good(tmp_path: Path, services: dict[str, list[object]]) -> None:
    told = audit(tmp_path, **services)
    assert told.code == 2
    assert "NOT CHECKED" in told.said
    assert "no locked package is known" not in told.said


@pytest.mark.parametrize("npm", [None, {"message": "405 Method Not Allowed"}])
def test_nor_is_what_npm_could_not_look_up(tmp_path: Path, npm: object) -> None:
    told = audit(tmp_path, npm=npm, osv=[FINE])
    assert told.code == 2
    assert "NOT CHECKED" in told.said


def test_a_package_of_npm_that_is_vulnerable_is_told(tmp_path: Path) -> None:
    told = audit(tmp_path, npm={"metadata": {"vulnerabilities": {"high": 2, "low": 0, "total": 2}}}, osv=[FINE])
    assert told.code == 1
    assert "known vulnerabilities: 2 high" in told.said


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_each_locked_package_has_a_version_and_a_hash_and_no_address(lock: Path) -> None:
    text = re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line.strip()]
    assert packages
    for package in packages:
        assert re.match(r"[\w.\[\]-]+==[\w.+]+ ", package), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package
    assert "://" not in text


def test_each_package_of_npm_has_a_hash_and_no_address() -> None:
    packages = json.loads((PACKAGING / "npm" / "package-lock.json").read_text())["packages"]
    locked = {name: one for name, one in packages.items() if name}
    assert locked
    assert [name for name, one in locked.items() if not one.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, one in locked.items() if "resolved" in one] == []


def test_nothing_locked_is_installed_without_its_hash() -> None:
    script = (PACKAGING / "setup").read_text().replace("\\\n", " ")
    installs = re.findall(r"^.*pip (?:install|sync)\b.*$", script, flags=re.MULTILINE)
    # uv itself is fetched with pip, by options that stand above; the checkout is no package of an index.
    others = [line for line in installs if "--editable" not in line and '"${options[@]}"' not in line]
    assert len(others) >= 4
    assert [line for line in others if "--require-hashes" not in line] == []
    assert re.search(r"options=\(.*--require-hashes", script)
