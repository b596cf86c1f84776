-- The whole foundation: what exists, what may change it, and what each column is allowed to hold.
-- Labels (COMMENT ON COLUMN, checked by a test): none = not about a person; sealed = ciphertext; digest = keyed hash;
-- pseudonym = an identifier that names a person only inside this deployment.

CREATE FUNCTION label_columns(target regclass, label text, VARIADIC columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE column_name text;
BEGIN
  FOREACH column_name IN ARRAY columns LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, column_name, 'sensitive=' || label);
  END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------------- directory and policy

CREATE TABLE subjects (
  id                  text PRIMARY KEY CHECK (id ~ '^sub_[0-9A-Za-z]{26}$'),
  login_digest        bytea NOT NULL UNIQUE,
  employee_id_digest  bytea UNIQUE,
  profile_sealed      bytea NOT NULL,
  groups              text[] NOT NULL DEFAULT '{}',
  privileged          boolean NOT NULL DEFAULT false,
  status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  sessions_valid_from timestamptz NOT NULL DEFAULT now(),
  contacts_changed_at timestamptz,
  version             integer NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now()
);
SELECT label_columns('subjects', 'pseudonym', 'id'), label_columns('subjects', 'digest', 'login_digest', 'employee_id_digest'),
  label_columns('subjects', 'sealed', 'profile_sealed'),
  label_columns('subjects', 'none', 'groups', 'privileged', 'status', 'sessions_valid_from', 'contacts_changed_at', 'version', 'created_at', 'updated_at');

CREATE TABLE proofing_records (
  subject_id          text PRIMARY KEY REFERENCES subjects (id),
  level               text NOT NULL,
  evidence_kinds      text[] NOT NULL,
  proofed_at          timestamptz NOT NULL,
  attributes_sealed   bytea NOT NULL,
  portrait_object_key text,
  portrait_key_sealed bytea,
  changed_at          timestamptz NOT NULL DEFAULT now(),
  version             integer NOT NULL DEFAULT 1,
  CHECK ((portrait_object_key IS NULL) = (portrait_key_sealed IS NULL))
);
SELECT label_columns('proofing_records', 'pseudonym', 'subject_id'), label_columns('proofing_records', 'sealed', 'attributes_sealed', 'portrait_key_sealed'),
  label_columns('proofing_records', 'none', 'level', 'evidence_kinds', 'proofed_at', 'portrait_object_key', 'changed_at', 'version');

CREATE TABLE policies (
  id         text PRIMARY KEY,
  version    integer NOT NULL,
  priority   integer NOT NULL,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT label_columns('policies', 'none', 'id', 'version', 'priority', 'deleted_at', 'created_at', 'updated_at');

CREATE TABLE policy_versions (
  policy_id  text NOT NULL REFERENCES policies (id) DEFERRABLE INITIALLY DEFERRED,
  version    integer NOT NULL,
  document   jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (policy_id, version)
);
SELECT label_columns('policy_versions', 'none', 'policy_id', 'version', 'document', 'created_at'), label_columns('policy_versions', 'pseudonym', 'created_by');

CREATE TABLE api_keys (
  id         text PRIMARY KEY,
  key_digest bytea NOT NULL UNIQUE,
  name       text NOT NULL,
  scopes     text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
SELECT label_columns('api_keys', 'none', 'id', 'name', 'scopes', 'created_at', 'revoked_at'), label_columns('api_keys', 'digest', 'key_digest');

-- -------------------------------------------------------------------------------------------------------- the case

CREATE TABLE recovery_requests (
  id           text PRIMARY KEY,
  login_sealed bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz
);
SELECT label_columns('recovery_requests', 'none', 'id', 'created_at', 'processed_at'), label_columns('recovery_requests', 'sealed', 'login_sealed');

CREATE TABLE recovery_cases (
  id               text PRIMARY KEY,
  reference        text NOT NULL UNIQUE,
  subject_id       text NOT NULL REFERENCES subjects (id),
  door             text NOT NULL DEFAULT 'own' CHECK (door IN ('own', 'oidc', 'entra')),
  mode             text NOT NULL CHECK (mode IN ('production', 'evaluation')),
  state            text NOT NULL CHECK (state IN ('awaiting_authorization', 'link_sent', 'awaiting_evidence', 'verifying', 'adjudicating',
                     'in_review', 'held', 'approved', 'completed', 'denied', 'expired', 'cancelled')),
  state_reason     text,
  attempt          integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  attempts_allowed integer NOT NULL CHECK (attempts_allowed >= 1),
  opened_by        text NOT NULL,
  opened_by_kind   text NOT NULL CHECK (opened_by_kind IN ('person', 'api_key', 'self_service')),
  channel          text NOT NULL CHECK (channel IN ('email', 'sms', 'relay')),
  ticket_ref       text,
  reason_sealed    bytea,
  policy_id        text NOT NULL,
  policy_version   integer NOT NULL,
  provider         text,
  verdict          text CHECK (verdict IN ('approve', 'deny', 'refer', 'retry')),
  bucket           text,
  issuing_country  text,
  document_type    text,
  call_code_sealed bytea,
  call_code_tries  integer NOT NULL DEFAULT 0,
  call_confirmed_at timestamptz,
  lease_epoch      integer NOT NULL DEFAULT 1,
  next_attempt_at  timestamptz,
  held_until       timestamptz,
  version          integer NOT NULL DEFAULT 1,
  expires_at       timestamptz NOT NULL,
  closed_at        timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (policy_id, policy_version) REFERENCES policy_versions (policy_id, version),
  CHECK ((closed_at IS NOT NULL) = (state IN ('completed', 'denied', 'expired', 'cancelled')))
);
-- One living case per account: a second start changes nothing for the person (T9).
CREATE UNIQUE INDEX recovery_cases_one_live_per_subject ON recovery_cases (subject_id) WHERE closed_at IS NULL;
CREATE INDEX recovery_cases_by_expiry ON recovery_cases (expires_at) WHERE closed_at IS NULL;
CREATE INDEX recovery_cases_by_closing ON recovery_cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX recovery_cases_by_state ON recovery_cases (state, updated_at) WHERE closed_at IS NULL;
SELECT label_columns('recovery_cases', 'pseudonym', 'subject_id', 'opened_by'), label_columns('recovery_cases', 'sealed', 'reason_sealed', 'call_code_sealed'),
  label_columns('recovery_cases', 'none', 'id', 'reference', 'door', 'mode', 'state', 'state_reason', 'attempt', 'attempts_allowed', 'opened_by_kind', 'channel',
    'ticket_ref', 'policy_id', 'policy_version', 'provider', 'verdict', 'bucket', 'issuing_country', 'document_type', 'call_code_tries', 'call_confirmed_at',
    'lease_epoch', 'next_attempt_at', 'held_until', 'version', 'expires_at', 'closed_at', 'created_at', 'updated_at');

-- A closed case stays closed, whatever code is running (I6).
CREATE FUNCTION forbid_leaving_terminal_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL AND NEW.state IS DISTINCT FROM OLD.state THEN
    RAISE EXCEPTION 'case % is closed (%)', OLD.id, OLD.state USING ERRCODE = 'RG001';
  END IF;
  IF NEW.subject_id <> OLD.subject_id OR NEW.door <> OLD.door OR NEW.mode <> OLD.mode THEN
    RAISE EXCEPTION 'case % has immutable members', OLD.id USING ERRCODE = 'RG002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER recovery_cases_terminal BEFORE UPDATE ON recovery_cases FOR EACH ROW EXECUTE FUNCTION forbid_leaving_terminal_state();

CREATE TABLE case_keys (
  case_id        text PRIMARY KEY REFERENCES recovery_cases (id),
  wrapped_sealed bytea,
  shredded_at    timestamptz,
  CHECK ((wrapped_sealed IS NULL) = (shredded_at IS NOT NULL))
);
SELECT label_columns('case_keys', 'none', 'case_id', 'shredded_at'), label_columns('case_keys', 'sealed', 'wrapped_sealed');

CREATE TABLE case_authorizations (
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  authorized_by text NOT NULL,
  authorized_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, authorized_by)
);
SELECT label_columns('case_authorizations', 'none', 'case_id', 'authorized_at'), label_columns('case_authorizations', 'pseudonym', 'authorized_by');

CREATE TABLE recovery_links (
  id           text PRIMARY KEY,
  case_id      text NOT NULL REFERENCES recovery_cases (id),
  token_digest bytea NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz,
  dead_at      timestamptz
);
CREATE UNIQUE INDEX recovery_links_one_live_per_case ON recovery_links (case_id) WHERE used_at IS NULL AND dead_at IS NULL;
SELECT label_columns('recovery_links', 'none', 'id', 'case_id', 'created_at', 'expires_at', 'used_at', 'dead_at'), label_columns('recovery_links', 'digest', 'token_digest');

CREATE TABLE flow_sessions (
  id            text PRIMARY KEY,
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  cookie_digest bytea NOT NULL UNIQUE,
  language      text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  seen_at       timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz
);
CREATE INDEX flow_sessions_by_case ON flow_sessions (case_id);
SELECT label_columns('flow_sessions', 'none', 'id', 'case_id', 'language', 'created_at', 'seen_at', 'ended_at'), label_columns('flow_sessions', 'digest', 'cookie_digest');

CREATE TABLE capture_bindings (
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  attempt       integer NOT NULL,
  cookie_digest bytea NOT NULL,
  bound_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, attempt)
);
SELECT label_columns('capture_bindings', 'none', 'case_id', 'attempt', 'bound_at'), label_columns('capture_bindings', 'digest', 'cookie_digest');

CREATE TABLE consents (
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  consented_at   timestamptz NOT NULL DEFAULT now(),
  notice_version text NOT NULL,
  language       text NOT NULL,
  notice_sha256  bytea NOT NULL,
  agreed         boolean NOT NULL,
  PRIMARY KEY (case_id, consented_at)
);
SELECT label_columns('consents', 'none', 'case_id', 'consented_at', 'notice_version', 'language', 'notice_sha256', 'agreed');

-- --------------------------------------------------------------------------------------- evidence and verification

CREATE TABLE evidence (
  id                text PRIMARY KEY,
  case_id           text NOT NULL REFERENCES recovery_cases (id),
  attempt           integer NOT NULL,
  kind              text NOT NULL CHECK (kind IN ('document_front', 'document_back', 'selfie')),
  version           integer NOT NULL DEFAULT 1,
  state             text NOT NULL CHECK (state IN ('accepted', 'rejected')),
  reasons           text[] NOT NULL DEFAULT '{}',
  object_key        text,
  ciphertext_sha256 text,
  picture_digest    bytea,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  erased_at         timestamptz,
  UNIQUE (case_id, attempt, kind),
  CHECK ((state = 'accepted' AND erased_at IS NULL) = (object_key IS NOT NULL))
);
CREATE INDEX evidence_by_object ON evidence (object_key) WHERE object_key IS NOT NULL;
SELECT label_columns('evidence', 'none', 'id', 'case_id', 'attempt', 'kind', 'version', 'state', 'reasons', 'object_key', 'ciphertext_sha256', 'created_at', 'updated_at', 'erased_at'),
  label_columns('evidence', 'digest', 'picture_digest');

CREATE TABLE verification_sessions (
  id                  text PRIMARY KEY,
  case_id             text NOT NULL REFERENCES recovery_cases (id),
  attempt             integer NOT NULL,
  provider            text NOT NULL,
  role                text NOT NULL CHECK (role IN ('first', 'fallback')),
  state               text NOT NULL CHECK (state IN ('creating', 'open', 'collecting', 'reported', 'failed', 'abandoned')),
  external_id         text,
  nonce_sealed        bytea NOT NULL,
  handoff_sealed      bytea,
  secret_state_sealed bytea,
  return_state_digest bytea NOT NULL UNIQUE,
  last_error          text,
  create_tries        integer NOT NULL DEFAULT 0,
  fetch_tries         integer NOT NULL DEFAULT 0,
  next_fetch_at       timestamptz,
  expires_at          timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider, external_id)
);
-- At most one living session per attempt: nobody pays twice, nothing can be confused (I12).
CREATE UNIQUE INDEX verification_sessions_one_living ON verification_sessions (case_id, attempt) WHERE state IN ('creating', 'open', 'collecting', 'reported');
CREATE INDEX verification_sessions_due ON verification_sessions (next_fetch_at) WHERE state IN ('creating', 'open', 'collecting');
SELECT label_columns('verification_sessions', 'none', 'id', 'case_id', 'attempt', 'provider', 'role', 'state', 'external_id', 'last_error', 'create_tries', 'fetch_tries',
    'next_fetch_at', 'expires_at', 'created_at', 'updated_at'),
  label_columns('verification_sessions', 'sealed', 'nonce_sealed', 'handoff_sealed', 'secret_state_sealed'), label_columns('verification_sessions', 'digest', 'return_state_digest');

CREATE TABLE webhook_inbox (
  id          text PRIMARY KEY,
  provider    text NOT NULL,
  delivery_id text NOT NULL,
  external_id text NOT NULL,
  state       text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'matched', 'unmatched', 'expired')),
  session_id  text REFERENCES verification_sessions (id),
  received_at timestamptz NOT NULL DEFAULT now(),
  settled_at  timestamptz,
  -- For ever, not for five minutes: a delivery has one effect (T29).
  UNIQUE (provider, delivery_id)
);
CREATE INDEX webhook_inbox_unsettled ON webhook_inbox (received_at) WHERE state IN ('received', 'unmatched');
SELECT label_columns('webhook_inbox', 'none', 'id', 'provider', 'delivery_id', 'external_id', 'state', 'session_id', 'received_at', 'settled_at');

CREATE TABLE verification_reports (
  id            text PRIMARY KEY,
  session_id    text NOT NULL UNIQUE REFERENCES verification_sessions (id),
  case_id       text NOT NULL REFERENCES recovery_cases (id),
  attempt       integer NOT NULL,
  provider      text NOT NULL,
  checks        jsonb NOT NULL,
  report_sealed bytea NOT NULL,
  received_at   timestamptz NOT NULL DEFAULT now()
);
SELECT label_columns('verification_reports', 'none', 'id', 'session_id', 'case_id', 'attempt', 'provider', 'checks', 'received_at'), label_columns('verification_reports', 'sealed', 'report_sealed');

CREATE TABLE decisions (
  id             text PRIMARY KEY,
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  attempt        integer NOT NULL,
  report_id      text REFERENCES verification_reports (id),
  verdict        text NOT NULL CHECK (verdict IN ('approve', 'deny', 'refer', 'retry')),
  bucket         text NOT NULL,
  findings       jsonb NOT NULL,
  policy_id      text NOT NULL,
  policy_version integer NOT NULL,
  decided_by     text NOT NULL,
  decided_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (case_id, attempt, decided_by)
);
SELECT label_columns('decisions', 'none', 'id', 'case_id', 'attempt', 'report_id', 'verdict', 'bucket', 'findings', 'policy_id', 'policy_version', 'decided_at'),
  label_columns('decisions', 'pseudonym', 'decided_by');

CREATE TABLE review_votes (
  case_id     text NOT NULL REFERENCES recovery_cases (id),
  attempt     integer NOT NULL,
  reviewer    text NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('approve', 'deny', 'retry')),
  reason_code text NOT NULL,
  note_sealed bytea,
  voted_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, attempt, reviewer)
);
SELECT label_columns('review_votes', 'none', 'case_id', 'attempt', 'outcome', 'reason_code', 'voted_at'), label_columns('review_votes', 'pseudonym', 'reviewer'),
  label_columns('review_votes', 'sealed', 'note_sealed');

-- ------------------------------------------------------------------------------------------------ token and passkey

CREATE TABLE recovery_tokens (
  id              text PRIMARY KEY,
  case_id         text NOT NULL REFERENCES recovery_cases (id),
  subject_id      text NOT NULL REFERENCES subjects (id),
  token_digest    bytea NOT NULL UNIQUE,
  purpose         text NOT NULL CHECK (purpose = 'registration'),
  -- An evaluation can never issue one, nor a case that came through another door.
  mode            text NOT NULL CHECK (mode = 'production'),
  door            text NOT NULL CHECK (door = 'own'),
  capture_digest  bytea NOT NULL,
  issued_at       timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  superseded_at   timestamptz,
  consumed_at     timestamptz,
  credential_id   text,
  idempotency_digest bytea,
  CHECK ((consumed_at IS NULL) = (credential_id IS NULL))
);
CREATE UNIQUE INDEX recovery_tokens_one_live_per_case ON recovery_tokens (case_id) WHERE consumed_at IS NULL AND superseded_at IS NULL;
CREATE UNIQUE INDEX recovery_tokens_one_consumed_per_case ON recovery_tokens (case_id) WHERE consumed_at IS NOT NULL;
SELECT label_columns('recovery_tokens', 'none', 'id', 'case_id', 'purpose', 'mode', 'door', 'issued_at', 'expires_at', 'superseded_at', 'consumed_at', 'credential_id'),
  label_columns('recovery_tokens', 'pseudonym', 'subject_id'), label_columns('recovery_tokens', 'digest', 'token_digest', 'capture_digest', 'idempotency_digest');

CREATE TABLE webauthn_challenges (
  id               text PRIMARY KEY,
  purpose          text NOT NULL CHECK (purpose IN ('registration', 'authentication')),
  challenge_digest bytea NOT NULL UNIQUE,
  token_id         text REFERENCES recovery_tokens (id),
  created_at       timestamptz NOT NULL DEFAULT now(),
  expires_at       timestamptz NOT NULL,
  consumed_at      timestamptz,
  CHECK ((purpose = 'registration') = (token_id IS NOT NULL))
);
CREATE INDEX webauthn_challenges_by_expiry ON webauthn_challenges (expires_at);
SELECT label_columns('webauthn_challenges', 'none', 'id', 'purpose', 'token_id', 'created_at', 'expires_at', 'consumed_at'), label_columns('webauthn_challenges', 'digest', 'challenge_digest');

CREATE TABLE credentials (
  id             text PRIMARY KEY,
  subject_id     text NOT NULL REFERENCES subjects (id),
  case_id        text UNIQUE REFERENCES recovery_cases (id),
  credential_id  bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  public_key     bytea NOT NULL,
  user_handle    bytea NOT NULL,
  sign_count     bigint NOT NULL DEFAULT 0,
  transports     text[] NOT NULL DEFAULT '{}',
  aaguid         text NOT NULL,
  device_type    text NOT NULL CHECK (device_type IN ('singleDevice', 'multiDevice')),
  backed_up      boolean NOT NULL,
  name_sealed    bytea,
  created_at     timestamptz NOT NULL DEFAULT now(),
  last_used_at   timestamptz,
  frozen_at      timestamptz,
  removed_at     timestamptz
);
CREATE INDEX credentials_by_subject ON credentials (subject_id) WHERE removed_at IS NULL;
SELECT label_columns('credentials', 'pseudonym', 'subject_id', 'credential_id', 'user_handle'), label_columns('credentials', 'sealed', 'name_sealed'),
  label_columns('credentials', 'none', 'id', 'case_id', 'public_key', 'sign_count', 'transports', 'aaguid', 'device_type', 'backed_up', 'created_at', 'last_used_at', 'frozen_at', 'removed_at');

CREATE TABLE relying_party_sessions (
  id            text PRIMARY KEY,
  subject_id    text NOT NULL REFERENCES subjects (id),
  credential_id text NOT NULL REFERENCES credentials (id),
  cookie_digest bytea NOT NULL UNIQUE,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz
);
SELECT label_columns('relying_party_sessions', 'none', 'id', 'credential_id', 'created_at', 'expires_at', 'ended_at'), label_columns('relying_party_sessions', 'pseudonym', 'subject_id'),
  label_columns('relying_party_sessions', 'digest', 'cookie_digest');

-- ------------------------------------------------------------------------------------------------------------ sinks

CREATE TABLE notices (
  id             text PRIMARY KEY,
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  kind           text NOT NULL,
  channel        text NOT NULL CHECK (channel IN ('email', 'sms')),
  address_digest bytea NOT NULL,
  token_digest   bytea UNIQUE,
  token_expires_at timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  sent_at        timestamptz,
  tries          integer NOT NULL DEFAULT 0,
  last_error     text,
  -- One notice of a kind per address and case, however often the job runs (I10).
  UNIQUE (case_id, kind, channel, address_digest)
);
CREATE INDEX notices_unsent ON notices (created_at) WHERE sent_at IS NULL;
SELECT label_columns('notices', 'none', 'id', 'case_id', 'kind', 'channel', 'token_expires_at', 'created_at', 'sent_at', 'tries', 'last_error'), label_columns('notices', 'digest', 'address_digest', 'token_digest');

CREATE TABLE deletion_receipts (
  case_id    text PRIMARY KEY REFERENCES recovery_cases (id),
  receipt    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
SELECT label_columns('deletion_receipts', 'none', 'case_id', 'receipt', 'created_at');

-- --------------------------------------------------------------------------------------------------------- platform

CREATE TABLE outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event        text NOT NULL,
  payload      jsonb NOT NULL,
  due_at       timestamptz NOT NULL DEFAULT now(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  -- A row nobody can route or read: set aside, so that it stops nothing behind it.
  refused_at   timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL AND refused_at IS NULL;
SELECT label_columns('outbox', 'none', 'id', 'event', 'payload', 'due_at', 'created_at', 'published_at', 'refused_at');
CREATE FUNCTION announce_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('regain_outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_announce AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION announce_outbox();

CREATE TABLE idempotency_keys (
  principal_digest bytea NOT NULL,
  key_digest       bytea NOT NULL,
  request_sha256   bytea NOT NULL,
  status           integer,
  response_sealed  bytea,
  created_at       timestamptz NOT NULL DEFAULT now(),
  expires_at       timestamptz NOT NULL,
  PRIMARY KEY (principal_digest, key_digest)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
SELECT label_columns('idempotency_keys', 'digest', 'principal_digest', 'key_digest', 'request_sha256'), label_columns('idempotency_keys', 'sealed', 'response_sealed'),
  label_columns('idempotency_keys', 'none', 'status', 'created_at', 'expires_at');

CREATE TABLE limit_counters (
  name         text NOT NULL,
  key_digest   bytea NOT NULL,
  window_start timestamptz NOT NULL,
  used         integer NOT NULL,
  PRIMARY KEY (name, key_digest, window_start)
);
CREATE INDEX limit_counters_by_window ON limit_counters (window_start);
SELECT label_columns('limit_counters', 'none', 'name', 'window_start', 'used'), label_columns('limit_counters', 'digest', 'key_digest');

-- ------------------------------------------------------------------------------------------------------------ audit

CREATE TABLE audit_heads (
  chain_id text PRIMARY KEY,
  seq      bigint NOT NULL,
  hash     bytea NOT NULL
);
SELECT label_columns('audit_heads', 'none', 'chain_id', 'seq', 'hash');

CREATE TABLE audit_events (
  chain_id    text NOT NULL,
  seq         bigint NOT NULL,
  id          text NOT NULL UNIQUE,
  type        text NOT NULL,
  actor_kind  text NOT NULL,
  actor_id    text NOT NULL,
  occurred_at timestamptz NOT NULL,
  data        jsonb NOT NULL,
  prev_hash   bytea NOT NULL,
  hash        bytea NOT NULL,
  PRIMARY KEY (chain_id, seq)
);
CREATE INDEX audit_events_by_time ON audit_events (occurred_at, id);
SELECT label_columns('audit_events', 'none', 'chain_id', 'seq', 'id', 'type', 'actor_kind', 'occurred_at', 'data', 'prev_hash', 'hash'), label_columns('audit_events', 'pseudonym', 'actor_id');

CREATE TABLE audit_checkpoints (
  id              bigint PRIMARY KEY,
  created_at      timestamptz NOT NULL,
  previous_sha256 text NOT NULL,
  heads_sha256    text NOT NULL,
  head_count      integer NOT NULL,
  signature       text NOT NULL
);
CREATE TABLE audit_checkpoint_heads (
  checkpoint_id bigint NOT NULL REFERENCES audit_checkpoints (id),
  chain_id      text NOT NULL,
  seq           bigint NOT NULL,
  hash          bytea NOT NULL,
  PRIMARY KEY (checkpoint_id, chain_id)
);
SELECT label_columns('audit_checkpoints', 'none', 'id', 'created_at', 'previous_sha256', 'heads_sha256', 'head_count', 'signature'),
  label_columns('audit_checkpoint_heads', 'none', 'checkpoint_id', 'chain_id', 'seq', 'hash');

-- The text an audit row's hash covers. `src/audit-trail/chain.ts` computes the same text; a test holds them together.
CREATE FUNCTION audit_hash_input(e audit_events) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT convert_to(concat_ws(E'\n', e.chain_id, e.seq, e.id, e.type, e.actor_kind, e.actor_id,
    to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.data::text, encode(e.prev_hash, 'hex')), 'UTF8')
$$;

-- Callers give what happened; position, time and hashes are the database's. The head's row lock orders one chain and no other.
CREATE FUNCTION append_to_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = regain, pg_temp AS $$
DECLARE head audit_heads;
BEGIN
  INSERT INTO audit_heads (chain_id, seq, hash) VALUES (NEW.chain_id, 0, '\x') ON CONFLICT (chain_id) DO NOTHING;
  SELECT * INTO head FROM audit_heads WHERE chain_id = NEW.chain_id FOR UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev_hash := head.hash;
  NEW.occurred_at := clock_timestamp();
  NEW.hash := sha256(audit_hash_input(NEW));
  UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE chain_id = NEW.chain_id;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_events_append BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION append_to_audit_chain();

-- ----------------------------------------------------------------------------------------------------------- grants

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA regain FROM PUBLIC;
GRANT USAGE ON SCHEMA regain TO regain_app;
GRANT EXECUTE ON FUNCTION audit_hash_input(audit_events) TO regain_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA regain TO regain_app;
GRANT DELETE ON recovery_requests, outbox, idempotency_keys, limit_counters, webauthn_challenges TO regain_app;
-- Append-only by grant: the application can add to these and read them, nothing else (T56).
REVOKE UPDATE ON audit_events, audit_checkpoints, audit_checkpoint_heads, deletion_receipts, consents, verification_reports, decisions, review_votes, policy_versions, case_authorizations FROM regain_app;
REVOKE INSERT, UPDATE ON audit_heads FROM regain_app;
REVOKE ALL ON schema_migrations FROM regain_app;
GRANT SELECT ON schema_migrations TO regain_app;
