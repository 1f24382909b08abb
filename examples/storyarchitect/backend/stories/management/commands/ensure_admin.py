import os

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Makes the admin that DJANGO_SUPERUSER_USERNAME, _PASSWORD and _EMAIL name, unless there is one."

    def handle(self, *args, **options):
        name = os.environ.get("DJANGO_SUPERUSER_USERNAME", "")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if not name or not password:
            return
        users = get_user_model().objects
        # One that is there may have chosen a password since.
        if users.filter(username=name).exists():
            return
        users.create_superuser(name, os.environ.get("DJANGO_SUPERUSER_EMAIL", ""), password)
        self.stdout.write(f"Made the admin {name}.")
