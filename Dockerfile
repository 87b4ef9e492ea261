FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY seed seed
RUN pip install --no-deps . \
    && mkdir /data
WORKDIR /data
RUN python -m seed --database /data/cooperation.sqlite \
    && python -m compileall -q /venv/lib

FROM python:3.13-slim-bookworm
RUN python -m compileall -q /usr/local/lib/python3.13 \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin api
COPY --from=build /venv /venv
COPY --from=build /data /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 APP_DATABASE=/data/cooperation.sqlite
WORKDIR /data
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
CMD ["python", "-m", "app", "--host", "0.0.0.0"]
