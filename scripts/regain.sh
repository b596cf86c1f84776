#!/bin/sh
# `regain` in the image: an operator's command, wherever it is called from (Dockerfile).
exec node /app/dist/src/cli.js "$@"
