-- The feed's own word for it; the audit log keeps settings_update.
UPDATE activity_events SET type = 'settings_changed' WHERE type = 'settings_update';
