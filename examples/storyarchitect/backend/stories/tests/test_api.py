import json

from django.test import TestCase

from stories.models import Chapter, Story


class ApiTest(TestCase):
    def send(self, method, path, body):
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.generic(method, path, text, content_type="application/json")

    def story(self, **fields):
        return Story.objects.create(**{"title": "The Odyssey", **fields})


class StoriesTest(ApiTest):
    def test_a_story_is_made_read_changed_and_deleted(self):
        made = self.send("POST", "/api/stories/", {"title": "  Ilias ", "premise": "Zorn"})
        self.assertEqual(made.status_code, 201)
        path = f"/api/stories/{made.json()['id']}/"
        self.assertEqual(made.json()["title"], "Ilias")
        self.assertEqual(self.send("PATCH", path, {"title": "Iliad"}).json()["premise"], "Zorn")
        self.assertEqual(self.client.get(path).json()["title"], "Iliad")
        self.assertEqual(self.client.delete(path).status_code, 204)
        self.assertEqual(self.client.get(path).status_code, 404)

    def test_the_one_changed_last_comes_first(self):
        first, second = self.story(title="one"), self.story(title="two")
        self.send("PATCH", f"/api/stories/{first.id}/", {"premise": "new"})
        listed = self.client.get("/api/stories/").json()["stories"]
        self.assertEqual([story["id"] for story in listed], [first.id, second.id])

    def test_what_cannot_be_stored_is_refused_by_field_and_changes_nothing(self):
        path = f"/api/stories/{self.story().id}/"
        for body, field in [
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": None}, "title"),
            ({"title": ["x"]}, "title"),
            ({"title": "\ud800"}, "title"),
            ({"title": "a\0b"}, "title"),
            ({"premise": "x" * 5001}, "premise"),
            ({"titel": "x"}, "titel"),
        ]:
            with self.subTest(body=body):
                answer = self.send("PATCH", path, body)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual(list(answer.json()["errors"]), [field])
        self.assertEqual(Story.objects.get().title, "The Odyssey")

    def test_a_body_that_is_no_json_object_is_refused(self):
        for body in ["{", "[]", "null", '"x"', "\xff"]:
            with self.subTest(body=body):
                self.assertEqual(self.send("POST", "/api/stories/", body).status_code, 400)
        form = self.client.post("/api/stories/", {"title": "from a form of another site"})
        self.assertEqual(form.status_code, 415)
        self.assertEqual(self.send("POST", "/api/stories/", {"title": "x" * 300_000}).status_code, 413)
        self.assertEqual(Story.objects.count(), 0)

    def test_every_refusal_is_json(self):
        for method, path, status in [
            ("GET", "/api/stories/99/", 404),
            ("GET", "/api/stories/99999999999999999999999/", 404),
            ("GET", "/api/nothing/here/", 404),
            ("PUT", "/api/stories/", 405),
        ]:
            with self.subTest(path=path):
                answer = self.send(method, path, {})
                self.assertEqual(answer.status_code, status)
                self.assertIn("detail", answer.json()["errors"])


class ChaptersTest(ApiTest):
    def test_chapters_come_in_the_order_they_were_written_until_they_are_moved(self):
        story = self.story()
        for title in ["one", "two", "three"]:
            self.assertEqual(self.send("POST", f"/api/stories/{story.id}/chapters/", {"title": title}).status_code, 201)
        two = Chapter.objects.get(title="two")
        self.send("PATCH", f"/api/chapters/{two.id}/", {"position": 9})
        chapters = self.client.get(f"/api/stories/{story.id}/").json()["chapters"]
        self.assertEqual([chapter["title"] for chapter in chapters], ["one", "three", "two"])

    def test_a_chapter_goes_alone_or_with_its_story(self):
        story = self.story()
        one, _two = (Chapter.objects.create(story=story, title=title) for title in "ab")
        self.assertEqual(self.client.delete(f"/api/chapters/{one.id}/").status_code, 204)
        self.assertEqual(Chapter.objects.count(), 1)
        self.client.delete(f"/api/stories/{story.id}/")
        self.assertEqual(Chapter.objects.count(), 0)

    def test_a_chapter_needs_a_story_a_title_and_a_sensible_position(self):
        self.assertEqual(self.send("POST", "/api/stories/99/chapters/", {"title": "x"}).status_code, 404)
        path = f"/api/stories/{self.story().id}/chapters/"
        for body in [{}, {"title": "x", "position": -1}, {"title": "x", "position": 10**30}, {"title": "x", "position": "b"}]:
            with self.subTest(body=body):
                self.assertEqual(self.send("POST", path, body).status_code, 400)
