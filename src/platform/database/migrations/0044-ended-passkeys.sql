-- A passkey that was removed or frozen stays so, whatever code is running and whoever has the application's role (T14, T106): the
-- trail of its registration is whole, so nothing else would tell of one that came back.
CREATE FUNCTION forbid_reviving_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at)
    OR (OLD.frozen_at IS NOT NULL AND NEW.frozen_at IS DISTINCT FROM OLD.frozen_at) THEN
    RAISE EXCEPTION 'passkey % has ended', OLD.id USING ERRCODE = 'RG006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credentials_ended BEFORE UPDATE OF removed_at, frozen_at ON credentials
  FOR EACH ROW EXECUTE FUNCTION forbid_reviving_credential();
