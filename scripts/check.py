"""What must hold before a change goes in, besides the tests."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.services import ROOT

VENV = Path(sys.executable).parent
# check --deploy sees the settings as a server would have them; it connects nowhere.
PRODUCTION = {
    "DJANGO_DEBUG": "0",
    "GRIDGOV_DEMO": "0",
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
    "DJANGO_ALLOWED_HOSTS": "gridgov.example",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "https://gridgov.example",
}


def succeeds(
    program: str, *arguments: str, folder: Path = ROOT, settings: Mapping[str, str] | None = None
) -> bool:
    """Whether a program of .venv ends well."""
    environment = {**os.environ, **(settings or {})}
    return (
        subprocess.run([VENV / program, *arguments], cwd=folder, env=environment, check=False).returncode == 0
    )


def ready_for_production() -> bool:
    """Django's check --deploy, without a warning."""
    return succeeds("python", "manage.py", "check", "--deploy", "--fail-level=WARNING", settings=PRODUCTION)


def translations_complete() -> bool:
    """Every string of code and pages is translated: extracted anew in a copy, none is without its translation."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "gridgov")
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".*", "var", "tests", "docs", "benchmarks", "scripts")
        )
        catalogues = sorted(copy.glob("locale/*/LC_MESSAGES/*.po"))
        for domain in {catalogue.stem for catalogue in catalogues}:
            command = ("makemessages", "--all", f"--domain={domain}", "--verbosity=0")
            if not succeeds("python", "manage.py", *command, folder=copy):
                return False
        if not catalogues:
            print("There is no catalogue under locale/.")
        return bool(catalogues) and min(map(catalogue_complete, catalogues))


def catalogue_complete(catalogue: Path) -> bool:
    """Whether a catalogue is well-formed and whole; prints what is missing."""
    well_formed = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", catalogue], check=False)
    missing = ""
    for kind in ("--untranslated", "--only-fuzzy"):
        command = ["msgattrib", "--no-obsolete", "--no-wrap", kind, catalogue]
        missing += subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if missing:
        print(f"Not translated in {catalogue.parent.parent.name}/{catalogue.name}:\n{missing}")
    return well_formed.returncode == 0 and not missing


def modules_import_one_way(root: Path = ROOT) -> bool:
    """Whether ES modules import only from their own app and those below, in the order that holds for Python."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    upwards = [
        f"{path.relative_to(root)} imports {name}"
        for place, app in enumerate(contract["layers"])
        for path in sorted((root / "static" / app).rglob("*.js"))
        for name in _IMPORTED.findall(path.read_text())
        if _app_of(path.parent / name, root) not in contract["layers"][place:]
    ]
    print(*upwards, sep="\n", end="\n" if upwards else "")
    return not upwards


# `import … from "…"`, `export … from "…"`, `import "…"` and `import("…")`.
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")


def _app_of(path: Path, root: Path) -> str:
    return Path(os.path.normpath(path)).relative_to(root / "static").parts[0]


LINT: dict[str, Callable[[], bool]] = {
    "ruff check": lambda: succeeds("ruff", "check"),
    "ruff format": lambda: succeeds("ruff", "format", "--check"),
    "imports run one way": lambda: succeeds("lint-imports"),
    "modules import one way": modules_import_one_way,
}
CHECKS: dict[str, Callable[[], bool]] = {
    **LINT,
    "types": lambda: succeeds("mypy"),
    "migrations": lambda: succeeds("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "ready for production": ready_for_production,
    "translations": translations_complete,
}


def all_hold(checks: Mapping[str, Callable[[], bool]]) -> int:
    """Make every check, also after one that fails; returns how many failed."""
    failed = []
    for name, holds in checks.items():
        print(f"== {name}", flush=True)
        if not holds():
            failed.append(name)
    print(f"Failed: {', '.join(failed)}." if failed else "All of it holds.")
    return len(failed)
