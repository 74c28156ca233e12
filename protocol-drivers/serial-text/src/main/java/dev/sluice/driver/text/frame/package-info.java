/**
 * Cuts a stream of bytes into frames, however it is chunked, and finds the next frame after
 * garbage.
 *
 * <pre>
 *   bytes -&gt; {@link dev.sluice.driver.text.frame.Framer} -&gt; {@link dev.sluice.driver.text.frame.Frame}
 *              DelimiterFramer   an end, and perhaps a start
 *              BlockFramer       so many bytes, or as many as a field of the frame says
 *              GapFramer         what comes between two silences
 *              with a {@link dev.sluice.driver.text.frame.Checksum}, or without
 * </pre>
 */
@NullMarked
package dev.sluice.driver.text.frame;

import org.jspecify.annotations.NullMarked;
