from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from stories.views import health

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    path("health/", health),
    path("api/", include("stories.urls")),
]
