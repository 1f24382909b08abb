"""Brings the database up to date, then serves the app. Runs in the container, and under local.py on a machine."""

import os
import pwd
import sys
from importlib.util import find_spec
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

PORT = int(os.environ.get("PORT", "8000"))


def leave_root():
    """The database's folder is a volume that root made; it is handed over before the app becomes RUN_AS."""
    name = os.environ.get("RUN_AS", "")
    if not name or os.getuid() != 0:
        return
    user = pwd.getpwnam(name)
    database = Path(settings.DATABASES["default"]["NAME"])
    for path in (database.parent, *database.parent.glob(f"{database.name}*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    os.initgroups(name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.environ["HOME"] = user.pw_dir


def serve():
    if not find_spec("gunicorn"):
        from plainserver import serve as serve_plainly
        from storyarchitect.wsgi import application

        serve_plainly(application, PORT)
        return
    # One process, since SQLite has one writer; threads for those who wait. SIGTERM lets requests finish.
    words = ["-m", "gunicorn", "storyarchitect.wsgi", "--bind", f"0.0.0.0:{PORT}", "--workers", "1"]
    os.execv(sys.executable, [sys.executable, *words, "--threads", "8", "--graceful-timeout", "20"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storyarchitect.settings")
    django.setup()
    leave_root()
    call_command("migrate", interactive=False)
    call_command("ensure_admin")
    serve()
