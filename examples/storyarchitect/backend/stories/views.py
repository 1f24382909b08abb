from django.db import connection
from django.db.models import Max
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404

from .forms import ChapterForm, StoryForm
from .jsonview import JsonView, body_of, save
from .models import Chapter, Story
from .shapes import chapter_json, story_json, story_with_chapters


def health(request):
    """Ready once the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


class Stories(JsonView):
    def get(self, request):
        return 200, {"stories": [story_json(story) for story in Story.objects.all()]}

    def post(self, request):
        return 201, story_with_chapters(save(StoryForm, Story(), body_of(request)))


class OneStory(JsonView):
    def get(self, request, pk):
        return 200, story_with_chapters(get_object_or_404(Story, pk=pk))

    def patch(self, request, pk):
        return 200, story_with_chapters(save(StoryForm, get_object_or_404(Story, pk=pk), body_of(request)))

    def delete(self, request, pk):
        get_object_or_404(Story, pk=pk).delete()
        return 204, None


class Chapters(JsonView):
    def post(self, request, pk):
        story = get_object_or_404(Story, pk=pk)
        last = story.chapters.aggregate(last=Max("position"))["last"]
        chapter = Chapter(story=story, position=0 if last is None else last + 1)
        return 201, chapter_json(save(ChapterForm, chapter, body_of(request)))


class OneChapter(JsonView):
    def get(self, request, pk):
        return 200, chapter_json(get_object_or_404(Chapter, pk=pk))

    def patch(self, request, pk):
        return 200, chapter_json(save(ChapterForm, get_object_or_404(Chapter, pk=pk), body_of(request)))

    def delete(self, request, pk):
        get_object_or_404(Chapter, pk=pk).delete()
        return 204, None


class Nothing(JsonView):
    def get(self, request):
        raise Http404
