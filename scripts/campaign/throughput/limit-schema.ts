/**
 * Tables of the limit: one for each of ours that a row is written into, with its key and little else, narrower and with
 * fewer indexes.
 */
export const LIMIT_SCHEMA = `
  CREATE SCHEMA ceiling;
  CREATE TABLE ceiling.keys (id text PRIMARY KEY, sealed bytea NOT NULL);
  CREATE TABLE ceiling.counters (id int PRIMARY KEY, used int NOT NULL);
  CREATE TABLE ceiling.cases (id text PRIMARY KEY, subject_id text NOT NULL UNIQUE, state text NOT NULL, sealed bytea, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE ceiling.case_keys (id text PRIMARY KEY, sealed bytea NOT NULL);
  CREATE TABLE ceiling.heads (id text PRIMARY KEY, hash bytea NOT NULL);
  CREATE TABLE ceiling.events (id text PRIMARY KEY, data jsonb NOT NULL);
  CREATE TABLE ceiling.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload jsonb NOT NULL, published_at timestamptz);
  CREATE TABLE ceiling.deliveries (id text PRIMARY KEY, body bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE ceiling.tokens (id text PRIMARY KEY, expires_at timestamptz NOT NULL, consumed_at timestamptz);
  CREATE TABLE ceiling.credentials (id text PRIMARY KEY, public_key bytea NOT NULL);
`;
