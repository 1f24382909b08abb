from django.core.validators import MaxValueValidator
from django.db import models


class Story(models.Model):
    title = models.CharField(max_length=200)
    premise = models.TextField(max_length=5000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-id"]
        verbose_name_plural = "stories"

    def __str__(self):
        return self.title


class Chapter(models.Model):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(9999)])
    title = models.CharField(max_length=200)
    outline = models.TextField(max_length=20000, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self):
        return self.title
