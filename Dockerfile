# The base image, by its patch version. CONTRIBUTING.md tells how to give its digest instead, and how to build offline.
ARG BASE=python:3.13.12-slim-bookworm

FROM ${BASE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /venv
COPY requirements.txt requirements-build.txt ./
RUN python -m pip install --require-hashes --only-binary :all: -r requirements-build.txt \
    && python -m pip --python /venv/bin/python install --require-hashes --only-binary :all: -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY seed seed
RUN python -m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /venv/bin/python install --no-index --no-deps /wheels/*.whl \
    && /venv/bin/python -m compileall -q /venv/lib
WORKDIR /data
RUN /venv/bin/python -m seed --database /data/cooperation.sqlite

FROM ${BASE}
# Nothing is installed from here on, so pip goes; the official image has its library not compiled.
RUN python -m pip uninstall --quiet --yes --root-user-action ignore pip \
    && python -c "import compileall, shutil, sysconfig; lib = sysconfig.get_path('stdlib'); \
shutil.rmtree(f'{lib}/ensurepip'); compileall.compile_dir(lib, quiet=1)"
COPY --from=build /venv /venv
COPY --from=build /data /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 APP_DATABASE=/data/cooperation.sqlite
WORKDIR /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
CMD ["python", "-m", "app", "--host", "0.0.0.0"]
