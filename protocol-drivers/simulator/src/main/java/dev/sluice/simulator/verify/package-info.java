/**
 * The subscriber that finds out whether a gateway lost something.
 *
 * <pre>
 * broker -&gt; Subscriber (MQTT, own reconnects) -&gt; Verifier -&gt; StreamTrack   per stream: seq, parts, low, gaps
 *                                                        -&gt; CounterTrack  per device: its answer counter
 * </pre>
 *
 * <p>What it holds a gateway to. <b>Streams</b>: each record has a seq, contiguous within a stream;
 * a seq is received when all its parts are; a seq below {@code low} that was neither received nor
 * named in a gap is <i>missing</i>; a part that comes again is a <i>duplicate</i>, for at least
 * once is what is promised. <b>Counters</b>: each device counts its answers, and the count is one
 * of the values it answers with; so every count between the first and the last one seen must have
 * come, unless a gap between its neighbours names what was dropped; otherwise a <i>reading is
 * missing</i>.
 *
 * <p>A count that a device answered too late for the gateway's timeout is missing too. That is not
 * the gateway's fault, but here nobody can tell.
 */
@NullMarked
package dev.sluice.simulator.verify;

import org.jspecify.annotations.NullMarked;
