import json

from django.core.exceptions import RequestDataTooBig
from django.forms.models import model_to_dict
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


class Refusal(Exception):
    """An answer that says no: `errors` has a list of sentences for each field, or one under "detail"."""

    def __init__(self, status, errors):
        super().__init__(errors)
        self.status = status
        self.errors = errors


def body_of(request):
    """The request's JSON object."""
    if request.content_type != "application/json":
        raise Refusal(415, {"detail": ["Send application/json."]})
    try:
        body = json.loads(request.body)
    except RequestDataTooBig:
        raise Refusal(413, {"detail": ["The body is too large."]}) from None
    except ValueError:
        raise Refusal(400, {"detail": ["The body is not JSON."]}) from None
    if not isinstance(body, dict):
        raise Refusal(400, {"detail": ["The body is not a JSON object."]})
    return body


def is_plain(value):
    """Text that can be stored, or a whole number: what a form understands."""
    if isinstance(value, str):
        # Half of a pair of surrogates is JSON, but no text.
        return not any("\ud800" <= sign <= "\udfff" for sign in value)
    return isinstance(value, int) and not isinstance(value, bool)


def save(form_class, instance, body):
    """Validates what `body` says over what `instance` holds, and saves it."""
    fields = form_class.Meta.fields
    wrong = {name: ["There is no such field."] for name in body if name not in fields}
    wrong.update({name: ["This is no text."] for name in fields if not is_plain(body.get(name, ""))})
    if wrong:
        raise Refusal(400, wrong)
    form = form_class({**model_to_dict(instance, fields), **body}, instance=instance)
    if not form.is_valid():
        raise Refusal(400, {name: list(said) for name, said in form.errors.items()})
    return form.save()


# No cookie is looked at here, so there is nothing that another site could borrow.
@method_decorator(csrf_exempt, name="dispatch")
class JsonView(View):
    """Methods answer a status and what is to be said."""

    def dispatch(self, request, *args, **kwargs):
        try:
            answer = super().dispatch(request, *args, **kwargs)
        except Refusal as refusal:
            answer = (refusal.status, {"errors": refusal.errors})
        # SQLite has no number as large as a path may hold.
        except (Http404, OverflowError):
            answer = (404, {"errors": {"detail": ["There is no such thing."]}})
        if isinstance(answer, HttpResponse):
            return answer
        status, body = answer
        response = HttpResponse(status=status) if body is None else JsonResponse(body, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def http_method_not_allowed(self, request, *args, **kwargs):
        response = JsonResponse({"errors": {"detail": [f"{request.method} is not possible here."]}}, status=405)
        response["Allow"] = ", ".join(self._allowed_methods())
        return response
