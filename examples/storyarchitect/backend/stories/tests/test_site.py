import os
from io import StringIO
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import TestCase, override_settings

ADMIN = {"DJANGO_SUPERUSER_USERNAME": "ada", "DJANGO_SUPERUSER_PASSWORD": "a long enough one"}


class HealthTest(TestCase):
    def test_it_is_well_once_the_database_answers(self):
        self.assertEqual(self.client.get("/health/").json(), {"status": "ok"})

    def test_migrations_are_complete(self):
        call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


class SiteOriginTest(TestCase):
    def preflight(self):
        return self.client.options("/api/stories/1/", HTTP_ACCESS_CONTROL_REQUEST_METHOD="PATCH")

    def test_a_page_that_asks_first_may_call(self):
        answer = self.preflight()
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer["Access-Control-Allow-Origin"], "*")
        self.assertIn("PATCH", answer["Access-Control-Allow-Methods"])

    @override_settings(SITE_ORIGIN="https://app.example")
    def test_only_the_site_may_read_refusals_too(self):
        answer = self.client.get("/api/stories/99/")
        self.assertEqual(answer["Access-Control-Allow-Origin"], "https://app.example")
        self.assertEqual(answer["Vary"], "Origin")

    def test_the_admin_is_for_nobody_elses_pages(self):
        self.assertNotIn("Access-Control-Allow-Origin", self.client.get("/admin/login/"))


class AdminTest(TestCase):
    def ensure(self, **env):
        with patch.dict(os.environ, env):
            call_command("ensure_admin", stdout=StringIO())

    def test_an_admin_is_made_from_the_environment_once(self):
        self.ensure()
        self.assertEqual(get_user_model().objects.count(), 0)
        self.ensure(**ADMIN)
        self.assertTrue(self.client.login(username="ada", password="a long enough one"))
        self.ensure(**{**ADMIN, "DJANGO_SUPERUSER_PASSWORD": "another one"})
        self.assertTrue(self.client.login(username="ada", password="a long enough one"))

    def test_stories_are_written_in_the_admin_and_read_in_the_api(self):
        self.ensure(**ADMIN)
        self.client.login(username="ada", password="a long enough one")
        form = {"title": "Emma", "premise": "", "chapters-TOTAL_FORMS": "1", "chapters-INITIAL_FORMS": "0"}
        chapter = {"chapters-0-title": "I", "chapters-0-outline": "", "chapters-0-position": "0"}
        self.assertRedirects(self.client.post("/admin/stories/story/add/", {**form, **chapter}), "/admin/stories/story/")
        [story] = self.client.get("/api/stories/").json()["stories"]
        self.assertEqual(self.client.get(f"/api/stories/{story['id']}/").json()["chapters"][0]["title"], "I")

    def test_the_admin_finds_its_stylesheet(self):
        self.assertIsNotNone(finders.find("admin/css/base.css"))
