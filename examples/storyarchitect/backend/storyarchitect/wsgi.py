import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storyarchitect.settings")

# Static files are the admin's alone, for few people: no server of their own, and no collectstatic.
application = StaticFilesHandler(get_wsgi_application())
