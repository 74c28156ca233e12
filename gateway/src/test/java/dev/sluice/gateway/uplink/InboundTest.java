package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.InboundCounters.Result;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is not let in is refused in words, and a flood of it no faster than things are let in. */
class InboundTest {

  private static final class Clock implements TimeSource {
    private long nanos;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }
  }

  private static final class Talk implements Conversation {
    private final List<Integer> refused = new ArrayList<>();
    private int taken;

    @Override
    public @Nullable Publication will() {
      return null;
    }

    @Override
    public void open(Channel channel) {}

    @Override
    public Rendered render(OutboxRecord record, Lane lane, long low) {
      return new Rendered(List.of(), 0, 0);
    }

    @Override
    public Rendered renderLetter(String stream, OutboxRecord letter, long low) {
      return new Rendered(List.of(), 0, 0);
    }

    @Override
    public List<Publication> farewell(long nowMillis) {
      return List.of();
    }

    @Override
    public Verdict received(Incoming message) {
      taken++;
      return Verdict.TAKEN;
    }

    @Override
    public void refused(Incoming message, Answer why) {
      refused.add(why.code());
      if (why.code() == Answer.TOO_LARGE) {
        throw new IllegalStateException("a test of what must not be");
      }
    }
  }

  private final Clock clock = new Clock();
  private final InboundCounters counters = new InboundCounters();
  private final Inbound gate = new Inbound("cloud", new InboundOptions(1_024, 2), counters, clock);
  private final Talk talk = new Talk();

  private void comes(int bytes) {
    gate.received(new Incoming("t", Buffer.buffer(new byte[bytes]), false), talk);
  }

  @Test
  void aFloodIsAnsweredNoFasterThanThingsAreLetIn() {
    for (int i = 0; i < 20; i++) {
      comes(10);
    }
    assertThat(talk.taken).isEqualTo(4);
    assertThat(talk.refused).containsExactly(429, 429, 429, 429);
    assertThat(counters.get(Result.FLOOD)).isEqualTo(16);
    clock.nanos += Duration.ofSeconds(1).toNanos();
    for (int i = 0; i < 20; i++) {
      comes(10);
    }
    assertThat(talk.taken).isEqualTo(6);
    assertThat(talk.refused).hasSize(6);
  }

  @Test
  void whatIsTooLargeIsAnsweredAndMayFail() {
    comes(1_024);
    assertThat(talk.refused).containsExactly(413);
    assertThat(counters.get(Result.OVERSIZE)).isEqualTo(1);
    comes(10);
    assertThat(talk.taken).isEqualTo(1);
  }
}
