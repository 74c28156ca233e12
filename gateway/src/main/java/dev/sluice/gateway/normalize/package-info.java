/**
 * Raw values become engineering values with unit, type and quality, and what is not worth sending
 * is held back.
 *
 * <p>Nothing here knows of the bus, of files or of time beyond what a block says of its own
 * acquisition: the same blocks give the same readings.
 */
@NullMarked
package dev.sluice.gateway.normalize;

import org.jspecify.annotations.NullMarked;
