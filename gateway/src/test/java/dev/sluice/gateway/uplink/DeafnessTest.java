package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import org.junit.jupiter.api.Test;

class DeafnessTest {

  private final Deafness deafness = new Deafness();

  @Test
  void threeInARowAndForTenMinutes() {
    long now = -7;
    assertThat(deafness.isDeaf(now)).isFalse();
    deafness.ended(LinkFailure.TOO_LARGE, true, now);
    deafness.ended(LinkFailure.TOO_LARGE, true, now);
    deafness.ended(LinkFailure.CLOSED, true, now);
    deafness.ended(LinkFailure.TOO_LARGE, true, now);
    deafness.ended(LinkFailure.TOO_LARGE, true, now);
    assertThat(deafness.isDeaf(now)).isFalse();
    deafness.ended(LinkFailure.TOO_LARGE, true, now);
    assertThat(deafness.isDeaf(now)).isTrue();
    assertThat(deafness.leftNanos(now + 5)).isEqualTo(Deafness.NANOS - 5);
    assertThat(deafness.leftNanos(now + Deafness.NANOS + 1)).isZero();
    deafness.ended(LinkFailure.SILENT, false, now + 5);
    assertThat(deafness.isDeaf(now + 5)).as("a deaf connection proves nothing").isTrue();
    assertThat(deafness.isDeaf(now + Deafness.NANOS)).isFalse();
    deafness.ended(LinkFailure.TOO_LARGE, true, now + Deafness.NANOS);
    assertThat(deafness.isDeaf(now + Deafness.NANOS)).as("still there").isTrue();
    deafness.ended(LinkFailure.CLOSED, true, now + 3 * Deafness.NANOS);
    assertThat(deafness.isDeaf(now + 3 * Deafness.NANOS)).isFalse();
  }
}
