from django.urls import path, re_path

from .views import Chapters, Nothing, OneChapter, OneStory, Stories

urlpatterns = [
    path("stories/", Stories.as_view()),
    path("stories/<int:pk>/", OneStory.as_view()),
    path("stories/<int:pk>/chapters/", Chapters.as_view()),
    path("chapters/<int:pk>/", OneChapter.as_view()),
    re_path(r"^.*/$", Nothing.as_view()),
]
