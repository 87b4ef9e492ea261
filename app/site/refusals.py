"""Problems as pages, for browsers."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from app.formats import HTML, JSON, Format, preferred
from app.site.answers import Answer
from app.site.templates import draw

PROBLEM = "application/problem+json"
FORMATS = (JSON, Format("problem", PROBLEM, "A problem."), HTML)


def problem_page(answer: Answer) -> Response:
    """The page of a problem: what is wrong, what may have been meant, and where to search."""
    shown = {"problem": answer.data, "answer": answer, "page": None}
    body = draw("problem", shown)
    return Response(body, answer.status, answer.kept_headers(), HTML.media_type)


def for_browsers(scope: Scope, response: Response) -> Response:
    """A problem from outside of all routes, as a page where that is what is asked for."""
    accept = ",".join(Headers(scope=scope).getlist("accept"))
    if preferred(accept, FORMATS) is not HTML:
        return response
    answer = Answer(scope["path"], [])
    answer.status, answer.headers, answer.body = (
        response.status_code,
        response.raw_headers,
        bytes(response.body),
    )
    return problem_page(answer)
