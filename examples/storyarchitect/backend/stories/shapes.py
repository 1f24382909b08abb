"""How models look in JSON."""


def chapter_json(chapter):
    return {
        "id": chapter.id,
        "story": chapter.story_id,
        "position": chapter.position,
        "title": chapter.title,
        "outline": chapter.outline,
    }


def story_json(story):
    return {
        "id": story.id,
        "title": story.title,
        "premise": story.premise,
        "created_at": story.created_at.isoformat(),
        "updated_at": story.updated_at.isoformat(),
    }


def story_with_chapters(story):
    return {**story_json(story), "chapters": [chapter_json(chapter) for chapter in story.chapters.all()]}
