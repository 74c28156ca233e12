package dev.sluice.driver.testkit;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Device;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a driver promises whose devices send by themselves: {@link dev.sluice.driver.Subscribing}
 * and {@link dev.sluice.driver.PushHandler} say it, and {@link LineContractTest} what its line
 * promises. All points of {@link #device()} come in one message.
 */
public abstract class PushContractTest extends LineContractTest {

  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

  /** A message as it was handed over. */
  private record Message(List<Integer> points, Values values, PollTiming timing, long nanos) {}

  @Test
  final void planLeavesOutWhatComesByItself() {
    Device device = line().addDevice(device());
    int[] all = IntStream.range(0, device().points().size()).toArray();
    assertThat(line().<List<?>>call(() -> Future.succeededFuture(device.plan(all)))).isEmpty();
  }

  @Test
  final void messagesComeToWhoSubscribedBeforeConnecting() throws Exception {
    Device device = subscribed();
    line().connect();
    checkRound(device, 1);
    serve(2);
    checkRound(device, 2);
  }

  @Test
  final void messagesComeToWhoSubscribesWhileConnected() throws Exception {
    Device device = line().addDevice(device());
    line().connect();
    subscribe(device);
    serve(2);
    // What the device sent when it was connected may come before or after the subscription.
    Message first = next(Message.class);
    if (readable(device, first).equals(readable(device, first, 1))) {
      checkRound(device, 2);
    } else {
      check(device, first, 2);
    }
  }

  @Test
  final void subscriptionOutlivesALostLine() throws Exception {
    Device device = subscribed();
    line().connect();
    checkRound(device, 1);
    Future<String> lost = context().nextLost();
    await(proxy().cut(Cut.RESET));
    await(lost);
    line().connect();
    checkRound(device, 1);
  }

  @Test
  final void everyChunkingOfAMessageGivesTheSameValues() throws Exception {
    Device device = subscribed();
    for (int bytesPerPiece : new int[] {1, 2, 3, 7}) {
      proxy().toClient().throttle(bytesPerPiece * 1000);
      serve(1);
      line().connect();
      checkRound(device, 1);
      serve(2);
      checkRound(device, 2);
      Future<String> lost = context().nextLost();
      await(proxy().cut(Cut.FIN));
      await(lost);
      received.clear();
    }
  }

  @Test
  final void messageThatWasCutOffIsNotMixedWithTheNextOne() throws Exception {
    Device device = subscribed();
    line().connect();
    int length = next(Message.class).timing.bytesIn();
    for (int bytes = 1; bytes < length; bytes += LONG ? 1 : Math.max(1, length / 6)) {
      Future<String> lost = context().nextLost();
      proxy().toClient().cutAfter(bytes, Cut.FIN);
      serve(2);
      await(lost);
      serve(1);
      line().connect();
      checkRound(device, 1);
    }
  }

  @Test
  final void damagedMessagesAreRefusedAndTheNextGoodOneComes() throws Exception {
    Device device = subscribed();
    line().connect();
    checkRound(device, 1);
    // The first byte of a message: whatever the protocol, it is not that message any more.
    proxy().toClient().corruptAfter(0);
    serve(2);
    PollException refused = next(PollException.class);
    assertThat(refused).hasMessageMatching("(?s).*\\S.*");
    if (!line().isUp()) {
      line().connect();
    } else {
      serve(2);
    }
    checkRound(device, 2);
  }

  @Test
  final void nothingComesToADeviceThatWasClosed() throws Exception {
    Device closed = subscribed();
    Device other = line().addDevice(device());
    line().connect();
    checkRound(closed, 1);
    line()
        .call(
            () -> {
              closed.close();
              return Future.succeededFuture();
            });
    subscribe(other);
    serve(2);
    checkRound(other, 2);
    assertThat(received).as("messages beside those of the device that is left").isEmpty();
  }

  private Device subscribed() {
    Device device = line().addDevice(device());
    subscribe(device);
    return device;
  }

  private void subscribe(Device device) {
    assertThat(device).isInstanceOf(Subscribing.class);
    line()
        .call(
            () -> {
              ((Subscribing) device).subscribe(new Recorder());
              return Future.succeededFuture();
            });
  }

  private void checkRound(Device device, int round) throws InterruptedException {
    check(device, next(Message.class), round);
  }

  private void check(Device device, Message message, int round) {
    assertThat(readable(device, message)).isEqualTo(readable(device, message, round));
    assertThat(message.points).hasSize(device().points().size());
    PollTiming timing = message.timing;
    assertThat(timing.requestEndNanos()).isEqualTo(timing.firstByteNanos());
    assertThat(timing.lastByteNanos() - timing.firstByteNanos()).isNotNegative();
    assertThat(message.nanos - timing.lastByteNanos()).isNotNegative();
    assertThat(timing.bytesIn()).isPositive();
  }

  /** The values of a message. */
  private List<String> readable(Device device, Message message) {
    return readable(points(message), message.values, types(device));
  }

  /** What its points have in a round. */
  private List<String> readable(Device device, Message message, int round) {
    return expected(round, points(message), types(device));
  }

  private static int[] points(Message message) {
    return message.points.stream().mapToInt(i -> i).toArray();
  }

  private List<ValueType> types(Device device) {
    return line()
        .call(
            () ->
                Future.succeededFuture(
                    IntStream.range(0, device().points().size()).mapToObj(device::type).toList()));
  }

  private <T> T next(Class<T> kind) throws InterruptedException {
    Object event = received.poll(10, TimeUnit.SECONDS);
    assertThat(event).as("what the device sent").isInstanceOf(kind);
    return kind.cast(event);
  }

  private final class Recorder implements PushHandler {

    @Override
    public void pushed(int[] points, Values values, PollTiming timing) {
      context().checkContext("pushed()");
      long now = System.nanoTime();
      received.add(new Message(IntStream.of(points).boxed().toList(), values, timing, now));
    }

    @Override
    public void refused(PollException failure) {
      context().checkContext("refused()");
      received.add(failure);
    }
  }
}
