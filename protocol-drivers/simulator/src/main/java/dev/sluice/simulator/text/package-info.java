/** Devices that speak lines of text over TCP: asked ones and ones that speak by themselves. */
@NullMarked
package dev.sluice.simulator.text;

import org.jspecify.annotations.NullMarked;
