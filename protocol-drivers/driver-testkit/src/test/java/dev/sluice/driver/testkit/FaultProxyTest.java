package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private Vertx vertx;
  private NetServer echo;
  private NetClient client;
  private FaultProxy proxy;
  private final List<NetSocket> served = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> atServer = new LinkedBlockingQueue<>();

  /** A client's end, with everything that happened to it in order. */
  private static final class End {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    final List<String> pieces = new CopyOnWriteArrayList<>();
    final NetSocket socket;

    End(NetSocket socket) {
      this.socket = socket;
      socket.handler(
          bytes -> {
            pieces.add(bytes.toString(StandardCharsets.US_ASCII));
            events.add(bytes);
          });
      socket.exceptionHandler(events::add);
      socket.closeHandler(v -> events.add("closed"));
    }

    String read(int length) throws InterruptedException {
      Buffer all = Buffer.buffer();
      while (all.length() < length) {
        Object event = next();
        assertThat(event).as("instead of bytes after <%s>", all).isInstanceOf(Buffer.class);
        all.appendBuffer((Buffer) event);
      }
      return all.toString(StandardCharsets.US_ASCII);
    }

    Object next() throws InterruptedException {
      Object event = events.poll(10, TimeUnit.SECONDS);
      assertThat(event).as("nothing happened for 10 s").isNotNull();
      return event;
    }
  }

  @BeforeEach
  void startEcho() {
    // One event loop: what the proxy does to an end is seen there before it does more.
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    client = vertx.createNetClient();
    echo =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  served.add(socket);
                  socket.exceptionHandler(e -> {});
                  socket.closeHandler(v -> atServer.add("closed"));
                  socket.handler(
                      bytes -> {
                        atServer.add(bytes.toString(StandardCharsets.US_ASCII));
                        socket.write(bytes);
                      });
                });
    await(echo.listen(0, "127.0.0.1"));
    proxy = await(FaultProxy.start(vertx, echo.actualPort()));
  }

  @AfterEach
  void stop() {
    await(proxy.close());
    await(vertx.close());
  }

  @Test
  void withoutFaultsItIsNotThere() throws Exception {
    End end = connect();
    end.socket.write("hello");
    assertThat(end.read(5)).isEqualTo("hello");
    end.socket.close();
    await(proxy.whenIdle());
    // The server hears of the end in a turn of its own.
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(atServer).isEmpty();
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void throttledBytesComeOneByOneInOrder() throws Exception {
    End end = connect();
    proxy.toClient().throttle(1000);
    long start = System.nanoTime();
    end.socket.write("0123456789");
    assertThat(end.read(10)).isEqualTo("0123456789");
    assertThat(System.nanoTime() - start).isGreaterThan(9_000_000L);
    assertThat(end.pieces).as("pieces that the client saw").hasSizeGreaterThan(5);
  }

  @Test
  void delayedBytesComeLaterAndStayInOrderWhenTheDelayIsLifted() throws Exception {
    End end = connect();
    proxy.toClient().delay(Duration.ofMillis(120));
    long start = System.nanoTime();
    end.socket.write("late");
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("late");
    await(proxy.whenArrived(Direction.TO_CLIENT, 4));
    proxy.toClient().delay(Duration.ZERO);
    end.socket.write("prompt");
    assertThat(end.read(10)).isEqualTo("lateprompt");
    assertThat(System.nanoTime() - start).isGreaterThan(120_000_000L);
  }

  @Test
  void blackHoleSwallowsBytesAndTheNewsOfAClose() throws Exception {
    End end = connect();
    proxy.toServer().blackHole(true);
    end.socket.write("lost");
    await(proxy.whenArrived(Direction.TO_SERVER, 4));
    end.socket.close();
    End other = connect();
    proxy.toServer().blackHole(false);
    other.socket.write("seen");
    assertThat(other.read(4)).isEqualTo("seen");
    assertThat(atServer).contains("seen").doesNotContain("lost");
  }

  @Test
  void connectionIsResetAfterExactlySoManyBytes() throws Exception {
    End end = connect();
    proxy.toClient().cutAfter(3, Cut.RESET);
    end.socket.write("abcdef");
    assertThat(end.read(3)).isEqualTo("abc");
    assertThat(end.next()).isInstanceOf(Exception.class).asString().contains("reset");
    assertThat(end.next()).isEqualTo("closed");
    End again = connect();
    again.socket.write("abcdef");
    assertThat(again.read(6)).as("a cut happens once").isEqualTo("abcdef");
  }

  @Test
  void connectionEndsInOrderAfterExactlySoManyBytes() throws Exception {
    End end = connect();
    proxy.toServer().cutAfter(2, Cut.FIN);
    end.socket.write("abcdef");
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("ab");
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
    await(proxy.whenIdle());
  }

  @Test
  void halfCloseEndsOneWayOnly() throws Exception {
    End end = connect();
    end.socket.write("x");
    assertThat(end.read(1)).isEqualTo("x");
    assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("x");
    var stream = new java.net.Socket("127.0.0.1", proxy.port());
    try (stream) {
      stream.getOutputStream().write("y".getBytes(StandardCharsets.US_ASCII));
      assertThat(stream.getInputStream().read()).isEqualTo('y');
      assertThat(atServer.poll(10, TimeUnit.SECONDS)).isEqualTo("y");
      await(proxy.cut(Cut.HALF_CLOSE));
      assertThat(stream.getInputStream().read()).as("end of stream").isEqualTo(-1);
      stream.getOutputStream().write("still".getBytes(StandardCharsets.US_ASCII));
      assertThat(untilServerGot("still")).isTrue();
    }
  }

  @Test
  void corruptsTheByteThatWasAskedFor() throws Exception {
    End end = connect();
    proxy.toClient().corruptAfter(4);
    end.socket.write("abc");
    assertThat(end.read(3)).isEqualTo("abc");
    end.socket.write("def");
    byte[] hit = end.read(3).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(hit[0]).isEqualTo((byte) 'd');
    assertThat(hit[1]).isNotEqualTo((byte) 'e');
    end.socket.write("ghi");
    assertThat(end.read(3)).isEqualTo("ghi");
  }

  @Test
  void corruptionOfOneSeedIsAlwaysTheSame() throws Exception {
    var seen = new ArrayList<String>();
    for (int run = 0; run < 2; run++) {
      End end = connect();
      proxy.toServer().corrupt(0.5, 42);
      end.socket.write("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
      seen.add(end.read(32));
    }
    assertThat(seen.get(0)).isEqualTo(seen.get(1)).isNotEqualTo("a".repeat(32));
  }

  @Test
  void refusesNewConnectionsAndKeepsTheOldOnes() throws Exception {
    End end = connect();
    await(proxy.refuse());
    assertThatThrownBy(() -> await(client.connect(proxy.port(), "127.0.0.1")))
        .hasRootCauseInstanceOf(ConnectException.class);
    end.socket.write("alive");
    assertThat(end.read(5)).isEqualTo("alive");
    await(proxy.accept());
    End fresh = connect();
    fresh.socket.write("new");
    assertThat(fresh.read(3)).isEqualTo("new");
    assertThat(proxy.accepted()).isEqualTo(2);
    assertThat(proxy.open()).isEqualTo(2);
  }

  @Test
  void resetsAllConnectionsNow() throws Exception {
    End one = connect();
    End two = connect();
    await(proxy.cut(Cut.RESET));
    assertThat(one.next()).isInstanceOf(Exception.class);
    assertThat(two.next()).isInstanceOf(Exception.class);
    await(proxy.whenIdle());
  }

  @Test
  void serverThatIsNotThereShowsAsReset() throws Exception {
    await(echo.close());
    End end = connect();
    assertThat(end.next()).isInstanceOf(Exception.class);
    await(proxy.whenIdle());
  }

  @Test
  void tapRecordsEachConnectionInBothDirections() throws Exception {
    TrafficTap tap = await(proxy.tap(1000));
    for (String word : List.of("first", "second")) {
      End end = connect();
      proxy.toClient().corruptAfter(0);
      end.socket.write(word);
      String back = end.read(word.length());
      int number = tap.connections() - 1;
      assertThat(tap.bytes(number, Direction.TO_SERVER)).asString().isEqualTo(word);
      assertThat(tap.bytes(number, Direction.TO_CLIENT)[0]).isNotEqualTo((byte) word.charAt(0));
      assertThat(back).hasSameSizeAs(word);
    }
    assertThat(tap.connections()).isEqualTo(2);
    assertThat(tap.total()).isEqualTo(22);
  }

  @Test
  void tapThatOverflowedRefusesToAnswer() throws Exception {
    TrafficTap tap = await(proxy.tap(9));
    End end = connect();
    end.socket.write("hello");
    assertThat(end.read(5)).isEqualTo("hello");
    assertThatThrownBy(() -> tap.bytes(0, Direction.TO_SERVER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10 bytes")
        .hasMessageContaining("holds 9");
  }

  @Test
  void manyBytesPassUnharmedUnderBackPressure() throws Exception {
    End end = connect();
    int size = 8 << 20;
    end.socket.write(Buffer.buffer(new byte[size]));
    int got = 0;
    while (got < size) {
      got += ((Buffer) end.next()).length();
    }
    assertThat(got).isEqualTo(size);
  }

  private End connect() {
    int before = proxy.accepted();
    Promise<End> promise = Promise.promise();
    client.connect(proxy.port(), "127.0.0.1").map(End::new).onComplete(promise);
    End end = await(promise.future());
    await(proxy.whenAccepted(before + 1));
    return end;
  }

  private boolean untilServerGot(String wanted) throws InterruptedException {
    var all = new StringBuilder();
    while (all.indexOf(wanted) < 0) {
      String piece = atServer.poll(10, TimeUnit.SECONDS);
      if (piece == null) {
        return false;
      }
      all.append(piece);
    }
    return true;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
