# One image for web, worker and beat.

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WEB_CONCURRENCY=2 PATH=/venv/bin:$PATH
# GeoDjango loads GDAL, and with it GEOS and PROJ; reports as PDF are set by Pango in a font that has Chinese.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgdal32 libpangoft2-1.0-0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN python -m venv /venv && pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
# The key is for this one command; a container refuses to start without one of its own.
RUN for messages in locale/*/LC_MESSAGES/*.po; do msgfmt --check --output-file="${messages%.po}.mo" "$messages"; done \
    && DJANGO_SECRET_KEY=while-building python manage.py collectstatic --no-input --verbosity=0 \
    && chmod --recursive a+rX var/static

FROM base
RUN useradd --system --uid 10001 --home-dir /app gridgov
COPY --from=build /venv /venv
COPY --from=build /app /app
# Photos go to var/media, a volume; beat notes in var/ when it ran what.
RUN install --directory --owner=gridgov var var/media
USER gridgov
EXPOSE 8000
CMD ["gunicorn", "gridgov.asgi", "--worker-class=uvicorn_worker.UvicornWorker", \
    "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--graceful-timeout=10"]
