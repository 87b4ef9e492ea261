"""`python -m tests.openapi DATABASE`: print the document as the server answers it."""

import sys
from pathlib import Path

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

with TestClient(create_app(Settings(database=Path(sys.argv[1])))) as client:
    print(client.get("/openapi.json").raise_for_status().text)
