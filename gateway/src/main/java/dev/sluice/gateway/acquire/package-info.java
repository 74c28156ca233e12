/**
 * Which poll is due next on a line, and what becomes of it.
 *
 * <p>One event-loop verticle per line: earliest deadline first among the polls of its devices,
 * phases staggered, missed cycles skipped and counted. What a poll brings leaves as one {@link
 * dev.sluice.gateway.acquire.ReadingBlock} over the event bus, request and reply; the reply is the
 * permit to go on.
 */
@NullMarked
package dev.sluice.gateway.acquire;

import org.jspecify.annotations.NullMarked;
