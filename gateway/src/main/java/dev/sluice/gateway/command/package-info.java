/**
 * What comes down: writes to points that the owner opened for it. An uplink hands over what it
 * received, typed and checked; here it is decided, carried out at most once, and answered.
 */
@NullMarked
package dev.sluice.gateway.command;

import org.jspecify.annotations.NullMarked;
