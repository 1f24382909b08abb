from django.conf import settings
from django.http import HttpResponse


class SiteOrigin:
    """Lets pages of the site call the API from their own origin. Cookies are not among what they may send."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(("/api/", "/health/")):
            return self.get_response(request)
        asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if asks_first else self.get_response(request)
        response["Access-Control-Allow-Origin"] = settings.SITE_ORIGIN
        if settings.SITE_ORIGIN != "*":
            response["Vary"] = "Origin"
        if asks_first:
            response["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response["Access-Control-Allow-Headers"] = "Content-Type"
            response["Access-Control-Max-Age"] = "600"
        return response
