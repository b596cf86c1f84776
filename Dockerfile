# syntax=docker/dockerfile:1
# The service as one image; the command decides which process it is: dist/src/main.js (API), dist/src/worker.js, or
# `regain` (dist/src/cli.js: migrate, doctor …). Nothing in it is written to at run time: run it with a read-only root.
ARG NODE_IMAGE=node:24-bookworm-slim

# Everything that compiles; the models of the local provider are built from development packages here.
FROM ${NODE_IMAGE} AS build
# Else an older npm, which knows nothing of `allowScripts`, fetches libraries for graphics cards.
ENV ONNXRUNTIME_NODE_INSTALL=skip
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Without what only developers run: nobody finds a demo organisation, its staff sign-in or a partner's simulator in the image.
RUN npm run build && \
    rm -r dist/scripts dist/test dist/src/embedded dist/providers/*/simulator dist/providers/kit/conformance

# What the service runs on, without development packages. ONNX Runtime brings its libraries for macOS and Windows, too:
# half of all that would be installed.
FROM ${NODE_IMAGE} AS dependencies
ENV ONNXRUNTIME_NODE_INSTALL=skip
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && \
    find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -r {} +

FROM ${NODE_IMAGE} AS service
ENV NODE_ENV=production \
    REGAIN_PROFILE=production \
    BIND_ADDRESS=0.0.0.0 \
    PORT=3000 \
    ADMIN_PORT=3001
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/package.json /app/nest-cli.json /app/openapi.yaml /app/LICENSE /app/NOTICE ./
COPY --from=build /app/dist dist
COPY --from=build /app/src/platform/database/migrations src/platform/database/migrations
COPY --from=build /app/src/platform/pictures/sanitise-worker.mjs src/platform/pictures/sanitise-worker.mjs
COPY --from=build /app/web/assets web/assets
# What the runbook says as `regain …` can be typed so in a container.
COPY --from=build /app/scripts/regain.sh /usr/local/bin/regain
# `node` of the base image, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000 3001
# The only thing written anywhere; mount a tmpfs there under a read-only root.
VOLUME ["/tmp"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
