# Waihu and the Asterisk it runs. How to use it: docs/howto/run-in-a-container.md. Checked by scripts/check-image.

# The oldest Debian suite with the package asterisk 22; another base needs apt, python3 >= 3.11 and asterisk >= 20.
ARG BASE=debian:forky-slim

FROM ${BASE} AS runtime
# asterisk-config only satisfies a dependency: Waihu renders its own configuration, below WAIHU_VAR.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    asterisk asterisk-modules ca-certificates espeak-ng python3 sox tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log /etc/asterisk \
 && groupadd --gid 10001 waihu \
 && useradd --uid 10001 --gid waihu --no-create-home --home-dir /var/lib/waihu --shell /usr/sbin/nologin waihu \
 && install -d -m 0700 -o waihu -g waihu /var/lib/waihu

# The console. Node is needed to build it and is not in what runs.
FROM runtime AS console
ARG NPM_CONFIG_REGISTRY
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs npm
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM runtime AS build
ARG PIP_INDEX_URL
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-pip
WORKDIR /src
# Dependencies first: a change in the code does not fetch them again.
COPY pyproject.toml ./
RUN python3 -c 'import sys, tomllib; p = tomllib.load(sys.stdin.buffer)["project"]; \
print(*p["dependencies"], *p["optional-dependencies"]["speech"], sep="\n")' \
    <pyproject.toml >/tmp/requirements.txt \
 && python3 -m venv --without-pip /opt/waihu \
 && pip --python /opt/waihu/bin/python install --no-cache-dir --no-compile -r /tmp/requirements.txt
COPY README.md LICENSE ./
COPY asterisk asterisk
COPY controller controller
COPY --from=console /src/controller/waihu/_console controller/waihu/_console
COPY dialplans dialplans
COPY models models
COPY rules rules
# Byte code checked by nothing: it is the same in every build, and the files under it never change.
RUN pip --python /opt/waihu/bin/python install --no-cache-dir --no-compile --no-deps . \
 && /opt/waihu/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/waihu/lib

FROM runtime
COPY --from=build /opt/waihu /opt/waihu
# Settings for a container whose own file is not mounted over these.
RUN install -d /etc/waihu \
 && printf '%s\n' '# Mount your own settings here.' '[exchange]' 'host = "0.0.0.0"  # every address of the container' \
    'rtp_start = 10000' 'rtp_end = 10199  # as many as compose.yaml publishes; two for each leg' \
    '[web]' 'host = "0.0.0.0"' >/etc/waihu/waihu.toml
ENV PATH=/opt/waihu/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    WAIHU_SETTINGS=/etc/waihu/waihu.toml \
    WAIHU_VAR=/var/lib/waihu
USER waihu
WORKDIR /var/lib/waihu
VOLUME /var/lib/waihu
EXPOSE 8080 5060/udp 10000-10199/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 CMD ["waihu", "doctor", "--live", "--quiet"]
# tini: as process 1 a program gets no signal it has not asked for yet, and is left with every orphan.
ENTRYPOINT ["tini", "--"]
CMD ["waihu", "run"]
