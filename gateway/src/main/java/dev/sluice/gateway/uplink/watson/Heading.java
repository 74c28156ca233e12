package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.Lane;

/** What the messages of a record say of it beside its content. */
record Heading(String stream, long seq, Lane lane, long low) {}
