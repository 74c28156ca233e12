package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many topics: the one that was asked for first may be far behind all others. */
class LoopbackTopicsTest {

  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new ArrayList<>();
  private final List<LinkException> ends = new ArrayList<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private final UplinkCounters counters = new UplinkCounters();
  private boolean held;

  @AfterEach
  void close() {
    vertx.close();
  }

  private LoopbackCheck check() {
    LinkOptions link =
        ReachRig.link("tcp://127.0.0.1:1", null, Duration.ofMinutes(5), Reach.DIRECT)
            .with(new Reach(List.<URI>of(), null, true));
    var check = new LoopbackCheck(vertx, ReachRig.options(link), counters, acknowledged::add);
    check.begin(
        new LoopbackCheck.Line(
            filters -> {
              asked.addAll(filters);
              return Future.succeededFuture(List.of());
            },
            asked::remove,
            ends::add),
        new LoopbackCheck.Flow() {
          @Override
          public void hold() {
            held = true;
          }

          @Override
          public void go() {
            held = false;
          }
        });
    return check;
  }

  private static Publication message(int topic) {
    return new Publication("site/" + topic, Buffer.buffer("" + topic), false);
  }

  @Test
  void afterManyOthersOneOfTheirsIsListenedToAndWhatWasWithheldIsLetGo() {
    LoopbackCheck check = check();
    check.rendered(message(0)); // waits, and is not written for long
    int written = 0;
    while (asked.size() < 2) {
      written++;
      assertThat(written).as("what is withheld must not grow without an end").isLessThan(100);
      check.writing(message(written));
      assertThat(check.withholds(written)).isTrue();
    }
    String now = asked.get(1);
    assertThat(now).isEqualTo("site/" + written);
    assertThat(acknowledged).isEmpty();

    check.writing(message(written));
    assertThat(held).as("until the copy is there").isTrue();
    assertThat(check.withholds(written + 1)).isTrue();
    assertThat(check.takes(new Incoming(now, Buffer.buffer("" + written), false))).isTrue();
    assertThat(check.isOver()).isTrue();
    assertThat(held).isFalse();
    assertThat(acknowledged).hasSize(written + 1);
    assertThat(counters.loopback).isEqualTo(LoopbackCheck.Outcome.DELIVERED);
    assertThat(ends).isEmpty();
    assertThat(asked).as("left again").containsExactly("site/0");
  }
}
