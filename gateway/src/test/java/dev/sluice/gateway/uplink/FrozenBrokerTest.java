package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.MqttSession;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import dev.sluice.gateway.uplink.mqtt.SessionListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flood at QoS 0 into a broker that stands still: only what it has read may be confirmed. */
class FrozenBrokerTest {

  private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 50 : 3;

  @TempDir Path directory;

  private final Set<Long> confirmed = ConcurrentHashMap.newKeySet();
  private final Set<Long> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong written = new AtomicLong();
  private final CompletableFuture<LinkException> over = new CompletableFuture<>();

  @Test
  void whatIsConfirmedIsWhatTheBrokerHasRead() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (var broker = RealBroker.start(directory)) {
      Context context = vertx.getOrCreateContext();
      MqttSession listening = session(vertx, context, broker.port(), "subscriber", new Hearing());
      on(context, () -> listening.subscribe(List.of("t")).mapEmpty());
      MqttSession flooding = session(vertx, context, broker.port(), "flood", new Flooding());
      int full = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long from = written.get();
        flood(context, flooding, from + 3_000);
        // In every other round it stands still in the middle of the flood, where the window may be
        // full of what it has not answered; in the others there is room to write into.
        boolean room = round % 2 == 0;
        if (room) {
          awaitRoom(context, flooding);
        }
        broker.freeze();
        // What it had answered before it froze may still be on its way.
        await(() -> unread(broker.port()) == 0);
        on(context, Future::succeededFuture); // what was read last is understood, too
        long settled = confirmed.size();
        long before = written.get();
        fill(context, flooding);
        if (room) {
          assertThat(written.get()).as("the window was filled").isGreaterThan(before);
        } else if (written.get() == before) {
          full++;
        }
        assertThat(written.get()).as("something waits for it").isGreaterThan(settled);
        TimeUnit.MILLISECONDS.sleep(20); // that nothing happens has no event
        assertThat(confirmed).as("by a broker that stands still").hasSize((int) settled);
        broker.thaw();
        await(() -> confirmed.size() == written.get());
      }
      await(() -> seen.size() == written.get());

      // Killed while it stands still, it has read nothing of what was written meanwhile.
      broker.freeze();
      fill(context, flooding);
      broker.kill();
      over.get(20, TimeUnit.SECONDS);
      assertThat(written.get()).isGreaterThan(confirmed.size());
      assertThat(seen).containsAll(confirmed);
      System.out.printf(
          "%d written, %d confirmed, full when it stood still: %d of %d rounds%n",
          written.get(), confirmed.size(), full, ROUNDS);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Bytes from the broker that are on their way, or wait in the sockets of its clients. */
  private static long unread(int port) {
    String wanted = String.format(":%04X", port);
    long bytes = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] columns = line.trim().split("\\s+");
          String[] queues = columns[4].split(":");
          if (columns[1].endsWith(wanted)) {
            bytes += Long.parseLong(queues[0], 16); // not taken by the other side
          } else if (columns[2].endsWith(wanted)) {
            bytes += Long.parseLong(queues[1], 16);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bytes;
  }

  private void flood(Context context, MqttSession session, long upTo) throws Exception {
    while (written.get() < upTo) {
      fill(context, session);
    }
  }

  private void awaitRoom(Context context, MqttSession session) throws Exception {
    var room = new AtomicBoolean();
    for (int i = 0; i < 10_000 && !room.get(); i++) {
      on(
          context,
          () -> {
            room.set(session.admits(message(written.get() + 1)));
            return Future.succeededFuture();
          });
    }
    assertThat(room).isTrue();
  }

  private static Publication message(long token) {
    return new Publication("t", Buffer.buffer(Long.toString(token)), Qos.AT_MOST_ONCE, false);
  }

  /** As many as the window admits. */
  private void fill(Context context, MqttSession session) throws Exception {
    on(
        context,
        () -> {
          while (true) {
            long token = written.get() + 1;
            Publication message = message(token);
            if (!session.admits(message)) {
              return Future.succeededFuture();
            }
            written.incrementAndGet();
            session.publish(message, token);
          }
        });
  }

  private static void await(BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 10_000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(1); // of its state nobody is told
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static MqttSession session(
      Vertx vertx, Context context, int port, String id, SessionListener listener)
      throws Exception {
    var minute = Duration.ofSeconds(60);
    var settings =
        new MqttSettings(
            "127.0.0.1", port, null, id, null, null, minute, minute, minute, 200, 1 << 20);
    var made = new CompletableFuture<MqttSession>();
    on(
        context,
        () -> {
          var session = new MqttSession(vertx, settings, null, new Monotonic(), listener);
          return session.connect().onSuccess(ignored -> made.complete(session));
        });
    return made.get(10, TimeUnit.SECONDS);
  }

  private static void on(Context context, Supplier<Future<Void>> call) throws Exception {
    var done = new CompletableFuture<Void>();
    context.runOnContext(
        ignored -> call.get().onSuccess(done::complete).onFailure(done::completeExceptionally));
    done.get(20, TimeUnit.SECONDS);
  }

  private final class Flooding implements SessionListener {

    @Override
    public void acknowledged(long token) {
      confirmed.add(token);
    }

    @Override
    public void ended(LinkException why) {
      over.complete(why);
    }
  }

  private final class Hearing implements SessionListener {

    @Override
    public void acknowledged(long token) {}

    @Override
    public void received(Incoming message) {
      seen.add(Long.parseLong(message.payload().toString()));
    }

    @Override
    public void ended(LinkException why) {}
  }
}
