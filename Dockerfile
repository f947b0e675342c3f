# The service as an image: `docker build -t comment-moderation .`; compose.yaml runs two of them.
# tests/image.py carries out each line of this file, so it is built wherever the tests run.
FROM python:3.13-slim AS build
WORKDIR /app
# With requirements-cluster.lock it is the image of a Dask cluster, and of the commands that use one.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-cluster.lock ./
RUN python -m venv /opt/venv
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r "$LOCK"
COPY service ./service
COPY classifier ./classifier
COPY training_data ./training_data
# Compiled now, since nothing can be written later.
RUN /opt/venv/bin/python -m compileall -q service classifier training_data

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin moderation
RUN install -d -o moderation -g moderation -m 700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
ENV MODERATION_HOST=0.0.0.0 MODERATION_DATA_DIR=/data MODERATION_LOG_FORMAT=json
USER moderation
# Keys, and PostgreSQL's data where no DATABASE_URL is given. Nothing else is written but /tmp.
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "service", "check", "--live"]
ENTRYPOINT ["python", "-m", "service"]
CMD ["serve"]
