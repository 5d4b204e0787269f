"""Checks the lock files without a network, for `make lint`: what pyproject.toml asks for is locked in a version that it
allows, and no locked version has a fault that requirements-advisories.toml knows of."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-test.txt")


def locked(text: str) -> dict[str, Version]:
    """The version of each package in a lock file."""
    found = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {name: Version(version) for name, version in found}


def faults(project: dict, advisories: list[dict[str, str]], locks: dict[str, dict[str, Version]]) -> list[str]:
    """A sentence for each thing that is wrong."""
    serving, tests = project["dependencies"], project["optional-dependencies"]["test"]
    said = []
    for (lock, versions), asked in zip(locks.items(), (serving, [*serving, *tests]), strict=True):
        for requirement in map(Requirement, asked):
            version = versions.get(requirement.name)
            if version is None:
                said.append(f"{lock} lacks {requirement.name}: run make lock.")
            elif version not in requirement.specifier:
                said.append(f"{lock} has {requirement.name} {version}, where pyproject.toml asks for {requirement}.")
        said += [
            f"{lock} has {each['package']} {versions[each['package']]}, which has {each['id']} ({each['what']}): "
            f"{each['below']} mends it; run make upgrade."
            for each in advisories
            if each["package"] in versions and versions[each["package"]] < Version(each["below"])
        ]
    return said


if __name__ == "__main__":
    found = faults(
        tomllib.loads((ROOT / "pyproject.toml").read_text())["project"],
        tomllib.loads((ROOT / "requirements-advisories.toml").read_text())["advisory"],
        {lock: locked((ROOT / lock).read_text()) for lock in LOCKS},
    )
    sys.exit("\n".join(found) or None)
