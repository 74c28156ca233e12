package dev.sluice.driver.serial;

import dev.sluice.driver.PollClass;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request and what is to become of its reply.
 *
 * @param pollClass which goes first when several wait; within a class the one that came first
 * @param request the bytes to send; not to be changed any more
 * @param scanner finds the reply; null when none comes, as to a broadcast
 * @param timeoutNanos from the end of the request to the last byte of the reply, positive; without
 *     a scanner how long the port is left alone after it
 * @param pauseBeforeNanos so long the line was silent before the request leaves, 0 or more
 * @param pauseAfterNanos so long the line is left silent after the exchange, 0 or more
 * @param done takes the outcome, once, on the line's context
 */
public record Exchange(
    PollClass pollClass,
    Buffer request,
    @Nullable ReplyScanner scanner,
    long timeoutNanos,
    long pauseBeforeNanos,
    long pauseAfterNanos,
    Consumer<Outcome> done) {}
