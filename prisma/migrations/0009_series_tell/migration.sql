-- Who remembers which series a subject has hears of every change. One notification for a subject and transaction:
-- PostgreSQL sends equal ones once.
CREATE FUNCTION tell_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dozor_series', coalesce(NEW.subject, OLD.subject)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER series_tell AFTER INSERT OR UPDATE OR DELETE ON series FOR EACH ROW EXECUTE FUNCTION tell_series();
