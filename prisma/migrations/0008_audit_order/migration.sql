-- The newest entries of a person, of a type, of an address, without looking through the log.
CREATE INDEX audit_log_actor_id_idx ON audit_log (actor, id);
CREATE INDEX audit_log_event_type_id_idx ON audit_log (event_type, id);
CREATE INDEX audit_log_ip_address_id_idx ON audit_log (ip_address, id);
DROP INDEX audit_log_actor_idx;
DROP INDEX audit_log_event_type_idx;
