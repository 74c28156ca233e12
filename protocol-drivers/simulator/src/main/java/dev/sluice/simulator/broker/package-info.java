/** The broker of the demo, and the gate before it with which the uplink is cut. */
@NullMarked
package dev.sluice.simulator.broker;

import org.jspecify.annotations.NullMarked;
