package dev.sluice.gateway.verify;

import org.jspecify.annotations.Nullable;

/**
 * What a message says beside its values.
 *
 * @param gateway its id
 * @param stream id of the stream
 * @param seq 0 when it has none
 * @param part from 1 to {@code parts}
 * @param low 0 when it has none
 * @param history whether it is of the history lane
 * @param clockTrusted whether its times can be believed
 * @param gap what is named as lost, or null
 * @param readings values and qualities without a value
 * @param times acquisition times of its rows, ms since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WireMessage(
    String gateway,
    String stream,
    long seq,
    int part,
    int parts,
    long low,
    boolean history,
    boolean clockTrusted,
    @Nullable Gap gap,
    long readings,
    long[] times) {

  /**
   * What will never come.
   *
   * @param count of readings
   */
  record Gap(long first, long last, long count, String reason) {}
}
