-- By what a selfie is known again on another case after it was compressed, cut or mirrored (T72). It is of one accepted
-- picture, sealed under its case's key, and cannot outlive it.
ALTER TABLE evidence
  ADD COLUMN fingerprint_sealed bytea,
  -- What made it: codes of two methods cannot be compared.
  ADD COLUMN fingerprint_method text,
  -- Given out under one lock, so that what was committed later always has the higher one: whoever has looked at all up to
  -- a position has to look at those above it only.
  ADD COLUMN fingerprint_position bigint,
  ADD CHECK (fingerprint_sealed IS NULL OR (kind = 'selfie' AND object_key IS NOT NULL)),
  ADD CHECK ((fingerprint_sealed IS NULL) = (fingerprint_method IS NULL)),
  ADD CHECK ((fingerprint_sealed IS NULL) = (fingerprint_position IS NULL));
CREATE SEQUENCE evidence_fingerprint_position OWNED BY evidence.fingerprint_position;
GRANT USAGE ON SEQUENCE evidence_fingerprint_position TO regain_app;
CREATE UNIQUE INDEX evidence_by_fingerprint ON evidence (fingerprint_position) WHERE fingerprint_position IS NOT NULL;
-- The same bytes are looked for at every upload.
CREATE INDEX evidence_by_picture ON evidence (picture_digest) WHERE picture_digest IS NOT NULL;
SELECT label_columns('evidence', 'none', 'fingerprint_method', 'fingerprint_position'),
  label_columns('evidence', 'sealed', 'fingerprint_sealed');
