package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.DeviceStateRecord;
import java.util.OptionalLong;

/**
 * A device came up or went down, as it is told.
 *
 * @param device its id
 * @param timeMillis when, milliseconds since 1970
 * @param clock what that is worth
 * @param up whether it answers
 * @param reason why not; empty when up
 */
public record StateEvent(String device, long timeMillis, Clock clock, boolean up, String reason) {

  /** As the record says it, with its time corrected where that is known. */
  public static StateEvent of(DeviceStateRecord state, ClockOffsets offsets) {
    OptionalLong offset =
        state.clockTrusted()
            ? OptionalLong.empty()
            : offsets.of(state.bootId(), state.monotonicMillis());
    Clock clock =
        state.clockTrusted()
            ? Clock.TRUSTED
            : offset.isPresent() ? Clock.CORRECTED : Clock.UNTRUSTED;
    long time =
        offset.isPresent() ? state.monotonicMillis() + offset.getAsLong() : state.timeMillis();
    return new StateEvent(state.device(), time, clock, state.up(), state.reason());
  }

  /** 0 when it cannot be believed. */
  public long believedMillis() {
    return clock == Clock.UNTRUSTED ? 0 : timeMillis;
  }
}
