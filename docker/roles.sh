#!/bin/sh
# Run once by the database's own start: the three roles with their passwords. Their rights come from `hvb migrate --roles`.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v web="$(cat /run/secrets/web_password)" \
    -v desk="$(cat /run/secrets/desk_password)" \
    -v jobs="$(cat /run/secrets/jobs_password)" <<'SQL'
CREATE ROLE hvb_web LOGIN PASSWORD :'web';
CREATE ROLE hvb_desk LOGIN PASSWORD :'desk';
CREATE ROLE hvb_jobs LOGIN PASSWORD :'jobs';
SQL
