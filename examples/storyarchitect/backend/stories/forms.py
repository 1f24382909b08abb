from django.forms import ModelForm

from .models import Chapter, Story


class StoryForm(ModelForm):
    class Meta:
        model = Story
        fields = ["title", "premise"]


class ChapterForm(ModelForm):
    class Meta:
        model = Chapter
        fields = ["title", "outline", "position"]
