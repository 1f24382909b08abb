from django.contrib import admin

from .models import Chapter, Story


class ChapterInline(admin.TabularInline):
    model = Chapter
    extra = 0


@admin.register(Story)
class StoryAdmin(admin.ModelAdmin):
    list_display = ["title", "created_at", "updated_at"]
    search_fields = ["title", "premise"]
    inlines = [ChapterInline]


@admin.register(Chapter)
class ChapterAdmin(admin.ModelAdmin):
    list_display = ["title", "story", "position"]
    list_filter = ["story"]
    search_fields = ["title", "outline"]
