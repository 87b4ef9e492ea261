"""/dataset"""

import json

from fastapi import APIRouter, Request, Response

from app import citations
from app.catalogue import Dataset
from app.downloads import files
from app.formats import BIB, HTML, JSON, RIS, negotiate
from app.openapi import parameters
from app.origin import Origin
from app.pages import origin_of, release_of
from app.parameters import RecordQuery, parse
from app.responses import respond
from app.routing import Direct

router = APIRouter(tags=["dataset"], route_class=Direct)
FORMATS = (JSON, BIB, RIS, HTML)


@router.get("/dataset", response_model=Dataset, openapi_extra=parameters(RecordQuery, formats=FORMATS))
def get_dataset(request: Request) -> Response:
    """What this dataset is: version, counts, the proof that the texts are read in full, licence, how to cite it, downloads."""
    query = parse(RecordQuery, request.scope["query_string"])
    chosen = negotiate(request, query.format, FORMATS)
    release = release_of(request)
    origin: Origin = origin_of(request, release)
    cited = citations.of_dataset(origin)
    if chosen is not JSON:
        text = citations.bibtex(cited) if chosen is BIB else citations.ris(cited)
        headers = {"Content-Disposition": f'attachment; filename="dataset.{chosen.name}"'}
        return respond(request, release, text, chosen.media_type, headers)
    downloads = [file.model_dump() for file in files(release).values()]
    added = json.dumps({"cite": citations.sentence(cited), "downloads": downloads}, ensure_ascii=False)
    return respond(request, release, f"{release.detail[:-1]},{added[1:]}")
