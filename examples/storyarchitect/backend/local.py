"""Runs start.py for development, with the first Python of this machine that has Django. Needs no container."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ASK = "import django, sys; sys.exit(django.VERSION < (3, 2))"


def interpreters():
    """Whoever runs this comes first, then every python3 on the PATH, then the system's own."""
    yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which("python3", path=folder)
        if found:
            yield found
    yield "/usr/bin/python3"


def has_django(python):
    try:
        return subprocess.run([python, "-c", ASK], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def main(pythons):
    python = next(filter(has_django, dict.fromkeys(pythons)), None)
    if python is None:
        sys.exit(
            "No python3 here has Django 3.2 or newer. Install it: `apt install python3-django`, "
            f"or `python3 -m pip install -r {HERE / 'requirements.txt'}`."
        )
    os.environ.setdefault("DJANGO_DEBUG", "1")
    os.chdir(HERE)
    os.execv(python, [python, str(HERE / "start.py")])


if __name__ == "__main__":
    main(interpreters())
