"""/dataset"""

from fastapi import APIRouter, Request, Response

from app.catalogue import Dataset
from app.formats import JSON, negotiate
from app.pages import release_of
from app.parameters import Query, parse
from app.responses import respond

router = APIRouter(tags=["dataset"])


@router.get("/dataset", response_model=Dataset)
async def get_dataset(request: Request) -> Response:
    """What this dataset is: version, counts, the proof that the texts are read in full, licence and how to cite it."""
    parse(Query, request.scope["query_string"])
    negotiate(request, None, (JSON,))
    release = release_of(request)
    return respond(request, release, release.detail)
