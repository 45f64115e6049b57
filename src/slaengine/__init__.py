"""slaengine: an event-sourced SLA and ticket engine."""
