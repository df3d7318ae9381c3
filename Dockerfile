# One image for web, worker and clock; no secret and no data in it.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/runtime.txt requirements/solver.txt /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt -r /tmp/solver.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fontconfig fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home fleksibel \
    && install -d -o fleksibel -g fleksibel -m 0700 /data /data/media /anchors /run/metrics
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    DATA_DIR=/data \
    PROMETHEUS_MULTIPROC_DIR=/run/metrics
# The static files belong to the image, so that a new image never meets the old files of a volume. The values below
# exist for this one command only: production settings have no defaults.
RUN python -m config.messages \
    && key=$(python -m config.embedded.secrets) \
    && SECRET_KEY="$key$key" LEDGER_KEY="$key" EVIDENCE_KEY="$key" ALLOWED_HOSTS=build BASE_URL=https://build \
       EMAIL_URL=consolemail:// DATABASE_URL=postgresql://build@build/build REDIS_URL=redis://build \
       STATIC_ROOT=/app/staticfiles python manage.py collectstatic --noinput --verbosity 0
ENV STATIC_ROOT=/app/staticfiles
USER fleksibel
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
