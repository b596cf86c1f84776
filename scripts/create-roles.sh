#!/bin/sh
# Runs once, when the database container makes its cluster: the owner migrates, the application may only do what the
# migrations grant it.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$REGAIN_OWNER_PASSWORD" -v app="$REGAIN_APP_PASSWORD" <<'SQL'
CREATE ROLE regain_owner LOGIN PASSWORD :'owner';
CREATE ROLE regain_app LOGIN PASSWORD :'app';
CREATE DATABASE regain OWNER regain_owner;
SQL
