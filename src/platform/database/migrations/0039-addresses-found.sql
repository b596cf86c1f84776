-- Whose address this is, for a help desk that is given one: the addresses on file as keyed hashes, written with the
-- account and kept with what else it is found by (0008), so that the application makes them of old accounts, too, and anew
-- under another key.
CREATE TABLE subject_emails (
  email_digest bytea NOT NULL,
  subject_id   text NOT NULL REFERENCES subjects (id),
  PRIMARY KEY (email_digest, subject_id)
);
CREATE INDEX subject_emails_by_subject ON subject_emails (subject_id);
SELECT label_columns('subject_emails', 'digest', 'email_digest'), label_columns('subject_emails', 'pseudonym', 'subject_id');
GRANT SELECT, INSERT, DELETE ON subject_emails TO regain_app;
