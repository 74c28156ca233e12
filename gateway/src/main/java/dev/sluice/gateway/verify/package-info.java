/**
 * A consumer that believes nothing: it knows from {@code low} and gaps alone whether something was
 * lost between the outbox and itself. It shares no code with those who send.
 *
 * <p>Memory is bounded by the number of streams and of holes, not by what comes.
 */
@NullMarked
package dev.sluice.gateway.verify;

import org.jspecify.annotations.NullMarked;
