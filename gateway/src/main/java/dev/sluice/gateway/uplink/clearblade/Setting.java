package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.ConnectorSite;

/** What all connections of an uplink have in common. */
record Setting(ClearbladeForm form, ConnectorSite site, Topics topics, Memory memory) {}
