/** A plant that runs. */
@NullMarked
package dev.sluice.simulator.plant;

import org.jspecify.annotations.NullMarked;
