package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a platform acknowledges first and complains later. */
class SettlingTest {

  private static final long LONG = TimeUnit.MINUTES.toMillis(10);

  private Vertx vertx;
  private ScriptedBroker broker;
  private LinkRig rig;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    broker = ScriptedBroker.listen(vertx);
    rig = new LinkRig(vertx);
    rig.readyAtOnce = true;
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
    broker.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private ScriptedBroker.Received received() throws Exception {
    return broker.received.poll(15, TimeUnit.SECONDS);
  }

  private void acknowledgmentSettles() throws Exception {
    assertThat(rig.settling.tryAcquire(15, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aMessageCountsWhenItHasSettled() throws Exception {
    rig.settleMillis = 300;
    rig.outbox.fill(1);
    long before = System.nanoTime();
    rig.open(broker.port());
    assertThat(received().payload().toString()).isEqualTo("1");
    assertThat(rig.acked()).isEqualTo(1);
    assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
  }

  @Test
  void whatHasNotSettledWhenTheConnectionEndsIsSentAgain() throws Exception {
    rig.settleMillis = LONG;
    rig.outbox.fill(1);
    rig.open(broker.port());
    assertThat(received().payload().toString()).isEqualTo("1");
    acknowledgmentSettles();
    var why = new LinkException(LinkFailure.DEVICE_REFUSED, "", null);
    var channel = rig.channel();
    rig.call(
        () -> {
          channel.end(why);
          rig.settleMillis = 0;
        });
    ScriptedBroker.Received again = received();
    assertThat(again.payload().toString()).isEqualTo("1");
    assertThat(again.connection()).isEqualTo(2);
    assertThat(rig.acked()).isEqualTo(1);
  }

  @Test
  void anOrderlyEndDoesNotWaitForIt() throws Exception {
    rig.settleMillis = LONG;
    rig.outbox.fill(1);
    rig.open(broker.port());
    assertThat(received().payload().toString()).isEqualTo("1");
    acknowledgmentSettles();
    rig.close();
    assertThat(rig.outbox.acked).isEmpty();
  }
}
