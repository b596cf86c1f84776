-- What tells one account from another when a decision falls: the birth dates in the directory, of which those who have one
-- in common have their names compared, and the documents that belong to an account (T64, T65). Nothing here can be read back: keyed hashes, which only the application can make. That is why
-- old rows are indexed later, by the application (docs/accounts.md), and until then count as not told apart.
ALTER TABLE subjects
  -- By what rules and which key the account's row in these indexes was made; empty since it last changed.
  ADD COLUMN account_index text NOT NULL DEFAULT '';
SELECT label_columns('subjects', 'none', 'account_index');
CREATE INDEX subjects_by_account_index ON subjects (account_index);

-- A version that knows nothing of the mark may run beside this one, so emptying it is the database's.
CREATE FUNCTION empty_account_index() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  NEW.account_index := '';
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION empty_account_index() FROM PUBLIC;
CREATE TRIGGER subjects_empty_account_index BEFORE UPDATE OF profile_sealed ON subjects
  FOR EACH ROW EXECUTE FUNCTION empty_account_index();

CREATE FUNCTION empty_account_index_of_record() RETURNS trigger LANGUAGE plpgsql SET search_path = regain, pg_temp AS $$
BEGIN
  UPDATE subjects SET account_index = '' WHERE id = COALESCE(NEW.subject_id, OLD.subject_id);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION empty_account_index_of_record() FROM PUBLIC;
CREATE TRIGGER proofing_records_empty_account_index AFTER INSERT OR UPDATE OR DELETE ON proofing_records
  FOR EACH ROW EXECUTE FUNCTION empty_account_index_of_record();

CREATE TABLE subject_birth_dates (
  birth_digest bytea NOT NULL,
  subject_id   text NOT NULL REFERENCES subjects (id),
  PRIMARY KEY (birth_digest, subject_id)
);
CREATE INDEX subject_birth_dates_by_subject ON subject_birth_dates (subject_id);
SELECT label_columns('subject_birth_dates', 'digest', 'birth_digest'), label_columns('subject_birth_dates', 'pseudonym', 'subject_id');
GRANT SELECT, INSERT, DELETE ON subject_birth_dates TO regain_app;

-- Issuer and number of every document that was proofed for an account or accepted for it. One document, one account:
-- of two that race for it the key lets one through.
CREATE TABLE known_documents (
  document_digest bytea PRIMARY KEY,
  subject_id      text NOT NULL REFERENCES subjects (id),
  first_seen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null while the proofing record names it; otherwise it is forgotten then.
  kept_until      timestamptz
);
CREATE INDEX known_documents_by_subject ON known_documents (subject_id);
CREATE INDEX known_documents_by_end ON known_documents (kept_until) WHERE kept_until IS NOT NULL;
SELECT label_columns('known_documents', 'digest', 'document_digest'), label_columns('known_documents', 'pseudonym', 'subject_id'),
  label_columns('known_documents', 'none', 'first_seen_at', 'seen_at', 'kept_until');
GRANT SELECT, INSERT, UPDATE, DELETE ON known_documents TO regain_app;

-- ---------------------------------------------------------------------------------------------------- recovery codes

-- A code the account holder keeps (NIST SP 800-63B-4, 4.2.1.1): one that counts per account.
CREATE TABLE saved_recovery_codes (
  id           text PRIMARY KEY,
  subject_id   text NOT NULL REFERENCES subjects (id),
  code_digest  bytea NOT NULL UNIQUE,
  -- Wrong codes in a row (3.2.2).
  failures     integer NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 100),
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at     timestamptz,
  ended_by     text CHECK (ended_by IN ('used', 'replaced', 'guessed_at', 'recovered', 'frozen')),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX saved_recovery_codes_one_living ON saved_recovery_codes (subject_id) WHERE ended_at IS NULL;
SELECT label_columns('saved_recovery_codes', 'none', 'id', 'failures', 'created_at', 'ended_at', 'ended_by'),
  label_columns('saved_recovery_codes', 'pseudonym', 'subject_id'), label_columns('saved_recovery_codes', 'digest', 'code_digest');
GRANT SELECT, INSERT, UPDATE ON saved_recovery_codes TO regain_app;

-- A code that was mailed to an address on file (4.2.1.2). It is made where it is sent, like a link.
CREATE TABLE issued_recovery_codes (
  id             text PRIMARY KEY,
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  code_digest    bytea NOT NULL,
  -- The browser that asked for it, and the only one that can give it.
  capture_digest bytea NOT NULL,
  failures       integer NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 5),
  issued_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at     timestamptz NOT NULL,
  ended_at       timestamptz
);
CREATE UNIQUE INDEX issued_recovery_codes_one_living ON issued_recovery_codes (case_id) WHERE ended_at IS NULL;
SELECT label_columns('issued_recovery_codes', 'none', 'id', 'case_id', 'failures', 'issued_at', 'expires_at', 'ended_at'),
  label_columns('issued_recovery_codes', 'digest', 'code_digest', 'capture_digest');
GRANT SELECT, INSERT, UPDATE ON issued_recovery_codes TO regain_app;

-- Codes that were given in a case, by which browser. They count in attempts that this browser does.
CREATE TABLE given_recovery_codes (
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  method         text NOT NULL CHECK (method IN ('saved', 'issued')),
  capture_digest bytea NOT NULL,
  given_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (case_id, method, capture_digest)
);
SELECT label_columns('given_recovery_codes', 'none', 'case_id', 'method', 'given_at'),
  label_columns('given_recovery_codes', 'digest', 'capture_digest');
GRANT SELECT, INSERT ON given_recovery_codes TO regain_app;

-- Where a case's links went: no code goes to the same mailbox.
CREATE TABLE link_addresses (
  case_id        text NOT NULL REFERENCES recovery_cases (id),
  address_digest bytea NOT NULL,
  PRIMARY KEY (case_id, address_digest)
);
SELECT label_columns('link_addresses', 'none', 'case_id'), label_columns('link_addresses', 'digest', 'address_digest');
GRANT SELECT, INSERT ON link_addresses TO regain_app;
