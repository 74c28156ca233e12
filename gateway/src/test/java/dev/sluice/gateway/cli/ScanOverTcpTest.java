package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Driver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Modbus driver and a gateway that says nothing for units that are not there: the driver gives
 * such a connection up after some silence.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ScanOverTcpTest extends CommandLineTest {

  /** Of the header of a request. */
  private static final int LENGTH_AT = 4;

  private static final int UNIT_AT = 6;

  /** Units in the order in which they were asked for anything. */
  private final Queue<Integer> asked = new ConcurrentLinkedQueue<>();

  private volatile int present;
  private int port;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    Future<NetServer> server =
        vertx.createNetServer().connectHandler(this::connected).listen(0, "127.0.0.1");
    port = server.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
  }

  private void connected(NetSocket socket) {
    var received = Buffer.buffer();
    int[] at = {0};
    socket.handler(
        chunk -> {
          received.appendBuffer(chunk);
          for (int end = end(received, at[0]); end > 0; end = end(received, at[0])) {
            answer(socket, received.getBuffer(at[0], end));
            at[0] = end;
          }
        });
  }

  /** Where the request ends that begins here; 0 if it is not whole. */
  private static int end(Buffer received, int at) {
    int left = received.length() - at;
    int length = left < UNIT_AT ? UNIT_AT : UNIT_AT + received.getUnsignedShort(at + LENGTH_AT);
    return left < UNIT_AT || left < length ? 0 : at + length;
  }

  /** One register to whoever asks for registers; no other function is there. */
  private void answer(NetSocket socket, Buffer request) {
    int unit = request.getUnsignedByte(UNIT_AT);
    int function = request.getUnsignedByte(UNIT_AT + 1);
    asked.add(unit);
    if (unit != present) {
      return;
    }
    byte[] pdu =
        function == 3 ? new byte[] {3, 2, 0x12, 0x34} : new byte[] {(byte) (function | 0x80), 1};
    socket.write(
        request
            .getBuffer(0, LENGTH_AT)
            .appendUnsignedShort(1 + pdu.length)
            .appendUnsignedByte((short) unit)
            .appendBytes(pdu));
  }

  private int scan(String units) {
    Driver modbus =
        ServiceLoader.load(Driver.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(driver -> driver.type().equals("modbus"))
            .findFirst()
            .orElseThrow();
    return runWith(
        modbus, "scan", "--tcp", "127.0.0.1:" + port, "--units", units, "--timeout", "50ms");
  }

  @ParameterizedTest(name = "unit {0}")
  @ValueSource(ints = {1, 3, 4, 8})
  void aLoneUnitIsFoundWhereverItIs(int unit) {
    present = unit;

    assertThat(scan("1-8")).as(out + "" + err).isZero();

    assertThat(out.toString())
        .startsWith("1 device found, 8 of 8 questions in ")
        .contains("address " + unit + "  says not who it is  fc3 0: one register");
  }

  @Test
  void whereNobodyAnswersEveryUnitWasAskedOnce() {
    assertThat(scan("1-9")).isEqualTo(1);

    assertThat(asked).containsExactlyElementsOf(IntStream.rangeClosed(1, 9).boxed().toList());
    assertThat(out.toString()).startsWith("0 devices found, 9 of 9 questions in ");
  }
}
