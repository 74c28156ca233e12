/** What all simulated devices have in common: that they count, and that they can be broken. */
@NullMarked
package dev.sluice.simulator.device;

import org.jspecify.annotations.NullMarked;
