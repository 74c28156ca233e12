/**
 * What is kept of the readings: the canonical record, its encoder and reader, and the verticle that
 * collects readings into records.
 *
 * <h2>Format of a data record, version 1</h2>
 *
 * <p>The payload is one zstd frame (level 1) that states its content size, at most 16 MiB. Inside
 * is one CBOR item (RFC 8949) in definite lengths; map keys are unsigned integers in ascending
 * order.
 *
 * <pre>
 * record = { 0: 1,              version
 *            1: time,           milliseconds since 1970 by the wall clock; base of the rows
 *          ? 2: boot,           text: boot of the machine; only while the clock is not trusted
 *          ? 3: monotonic,      milliseconds of the monotonic clock; base of the rows; with 2 only
 *            4: [* column],
 *            5: [* device] }
 * column = { 0: name,           text, not empty
 *            1: type,           code of ValueType, after normalizing
 *          ? 2: unit,           text; left out when empty
 *          ? 3: scale }         1 to 18, DECIMAL only; left out when 0
 * device = { 0: id,             text, not empty
 *            1: [* row] }
 * row    = [ dt, (first, [+ value])+ ]        clock trusted
 *        | [ dt, dm, (first, [+ value])+ ]    clock not trusted
 * value  = good | [quality] | [quality, good]
 * good   = false | true         BOOL
 *        | integer              INT16 to UINT64, and DECIMAL: the unscaled number
 *        | float                FLOAT32, FLOAT64: 32 bits wide where that is exact, else 64
 *        | text                 STRING
 * </pre>
 *
 * <ul>
 *   <li><b>Columns belong to the record</b>, in the order of their first use: devices of one kind
 *       share them. A column is known by name, unit, type and scale; a decimal whose scale changes
 *       within a record has a column per scale.
 *   <li><b>A row is one poll</b>: {@code dt} and {@code dm} are milliseconds after the bases,
 *       either sign. Values fill runs of neighbouring columns, each run led by its first column.
 *       The rows of a device stand in the order in which they were acquired. A device that was
 *       configured anew within a record stands in it twice, in order.
 *   <li><b>Quality</b> is a code of {@link dev.sluice.driver.Quality} and not good; with a value
 *       when that may still be of use (out of range).
 *   <li><b>Clock</b>: a record holds only rows of one trust. While the clock is not trusted each
 *       row carries the monotonic time beside the wall time as it was, so that it is corrected when
 *       it is sent, if the clock was trusted later in that boot: {@link
 *       dev.sluice.gateway.batch.ClockAnchors} remembers the offset.
 *   <li><b>The definition hash is not stored</b>: it is a function of name, unit, type and scale
 *       ({@link dev.sluice.gateway.normalize.DefinitionHash}), and eight random bytes per column
 *       would outweigh the column's values.
 * </ul>
 *
 * <p><b>Compatibility.</b> Unknown keys of record, column and device are ignored: what a reader may
 * ignore is added so. Whatever else changes gets another version; a version that a reader does not
 * know is refused.
 *
 * <p><b>Limits.</b> A record is closed when it reached {@link
 * dev.sluice.gateway.batch.BatchOptions#maxBytes}; the poll that reaches it is still in. A record
 * has at most 262,144 columns and 16 MiB unpacked; arrays in unknown keys nest at most 16 deep.
 *
 * <h2>Decided, with the figures</h2>
 *
 * <p>50 meters of 40 points, a seeded mix of slowly varying decimals, floats, counters and states
 * ({@code EncodingFigures} beside the tests prints it); bytes per reading plain and after zstd-1.
 * The bytes are exact; the CPU times, of a busy machine, are good for a comparison only.
 *
 * <pre>
 *                                    480 mixed    480 of one   2000 mixed   CPU/reading
 *   decimals as scaled integers      5.39  3.21   5.13  1.93   3.88  2.64   40-70 ns
 *   decimals as float64              8.83  4.97   8.56  2.80   7.39  3.96   50-75 ns
 *   scaled, Jackson's generator      5.46  3.15   5.48  1.85   3.89  2.62   35-90 ns
 * </pre>
 *
 * <ul>
 *   <li><b>Decimals are integers with the scale in their column</b>: a third smaller after
 *       compression, no slower, and exact.
 *   <li><b>The CBOR is written and read here</b>, not by a library. Jackson's generator is as fast
 *       (it was spared normalizing and grouping in that comparison), but rows are encoded as they
 *       come, into a buffer per device, so that the size is known and closing a record only joins
 *       buffers; a generator per device would hold some 24 KiB each. The reader must name the place
 *       of any damage and believe no length. A test holds both against Jackson.
 * </ul>
 *
 * <h2>Format of a device state record, version 1</h2>
 *
 * <p>Plain CBOR by the same rules: {@code { 0: 1, 1: device, 2: time, 3: trusted (bool), 4: up
 * (bool), 5: reason (text) }}, and while the clock is not trusted {@code 6: boot (text), 7:
 * monotonic}, as in a data record.
 */
@NullMarked
package dev.sluice.gateway.batch;

import org.jspecify.annotations.NullMarked;
