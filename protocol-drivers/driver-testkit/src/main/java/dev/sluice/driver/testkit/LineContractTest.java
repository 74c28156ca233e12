package dev.sluice.driver.testkit;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every line over TCP promises, whatever its devices do: {@link dev.sluice.driver.Driver},
 * {@link dev.sluice.driver.Line} and {@link dev.sluice.driver.LineContext} say it. Extended by
 * {@link DriverContractTest} and {@link PushContractTest}; a driver's test extends one of these.
 *
 * <p>The line talks to its peer through a {@link FaultProxy}.
 */
public abstract class LineContractTest {

  /** Run in full; the default fits into a build. */
  static final boolean LONG = Boolean.getBoolean("sluice.long");

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private Vertx vertx;
  private DriverPeer peer;
  private FaultProxy proxy;
  private TestLineContext context;
  private LineUnderTest line;

  /** The driver, made as the ServiceLoader makes it. */
  protected abstract Driver driver();

  /** What answers; it serves the points of {@link #device()}. */
  protected abstract DriverPeer peer(Vertx vertx);

  /** Valid settings of a line to a peer. */
  protected abstract LineSettings line(String host, int port);

  /** Valid settings of a device with several points. */
  protected abstract DeviceSettings device();

  /** What the peer serves in a round, for the points of {@link #device()} in their order. */
  protected abstract Values expected(int round);

  /** Lines that must be refused; empty if the schema sees everything. */
  protected abstract List<Refused<LineSettings>> refusedLines();

  /** Devices that must be refused; empty if the schema sees everything. */
  protected abstract List<Refused<DeviceSettings>> refusedDevices();

  @BeforeEach
  final void makeLine() {
    // One event loop for all: what the proxy delivers is read before it delivers more, and times
    // that are over come in their order, however long the machine did something else.
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    peer = peer(vertx);
    proxy = await(peer.start().compose(port -> FaultProxy.start(vertx, port)));
    context = await(TestLineContext.create(vertx));
    line = new LineUnderTest(context, driver(), line(proxy.host(), proxy.port()));
  }

  @AfterEach
  final void closeLine() {
    line.close();
    await(proxy.close().eventually(peer::stop).eventually(vertx::close));
    line.checkBehaved();
  }

  final FaultProxy proxy() {
    return proxy;
  }

  final TestLineContext context() {
    return context;
  }

  final LineUnderTest line() {
    return line;
  }

  final void serve(int round) {
    await(peer.serve(round));
  }

  /** Values as text, one per point, so that a difference can be read. */
  final List<String> readable(int[] points, Values values, List<ValueType> types) {
    assertThat(values.size()).as("values for %s points", points.length).isEqualTo(points.length);
    return IntStream.range(0, points.length)
        .mapToObj(i -> name(points[i]) + " = " + readable(values, i, types.get(points[i])))
        .toList();
  }

  /** What {@link #expected} says for some points, in their order. */
  final List<String> expected(int round, int[] points, List<ValueType> types) {
    Values all = expected(round);
    return IntStream.of(points)
        .mapToObj(point -> name(point) + " = " + readable(all, point, types.get(point)))
        .toList();
  }

  private String name(int point) {
    return device().points().get(point).name();
  }

  private static String readable(Values values, int i, ValueType type) {
    if (!values.isGood(i)) {
      return values.quality(i).word();
    }
    return switch (type) {
      case STRING -> "'" + values.text(i) + "'";
      case DECIMAL -> values.bits(i) + "e-" + values.scale(i);
      case FLOAT32, FLOAT64 -> String.valueOf(values.number(i));
      case UINT64 -> Long.toUnsignedString(values.bits(i));
      case BOOL, INT16, UINT16, INT32, UINT32, INT64 -> String.valueOf(values.bits(i));
    };
  }

  @Test
  final void driverIsFoundByItsType() {
    assertThat(driver().type()).matches("[a-z][a-z0-9-]*");
    assertThat(ServiceLoader.load(Driver.class))
        .as("META-INF/services/dev.sluice.driver.Driver")
        .anyMatch(found -> found.type().equals(driver().type()));
  }

  @Test
  final void schemaDescribesEveryKey() {
    var host = new SchemaPromises(driver().schema());
    host.check();
    host.checkLine(line("127.0.0.1", 1));
    host.checkDevice(device());
  }

  @Test
  final void creatingALineAndItsDevicesOpensNothing() {
    line.addDevice(device());
    // A connection made now is accepted after all that were made before.
    NetSocket probe = await(vertx.createNetClient().connect(proxy.port(), proxy.host()));
    await(proxy.whenAccepted(1));
    assertThat(proxy.accepted()).isEqualTo(1);
    await(probe.close());
  }

  @Test
  final void settingsProblemsAreNamedAllAtOnce() {
    for (Refused<LineSettings> refused : refusedLines()) {
      checkRefused(
          () -> Future.succeededFuture(driver().createLine(refused.settings(), context)), refused);
    }
    for (Refused<DeviceSettings> refused : refusedDevices()) {
      checkRefused(
          () ->
              Future.succeededFuture(
                  line.line().addDevice(refused.settings(), new TestDeviceContext(context))),
          refused);
    }
  }

  private void checkRefused(Callable<Future<Object>> call, Refused<?> refused) {
    AsyncResult<Object> outcome = line.outcome(call);
    assertThat(outcome.cause()).as("%s", refused).isInstanceOf(SettingsException.class);
    List<SettingsProblem> problems = ((SettingsException) outcome.cause()).problems();
    assertThat(problems)
        .extracting(SettingsProblem::path)
        .containsExactlyInAnyOrderElementsOf(refused.paths());
    assertThat(problems)
        .allSatisfy(problem -> assertThat(problem.found()).isNotBlank())
        .allSatisfy(problem -> assertThat(problem.expected()).isNotBlank());
  }

  @Test
  final void concurrencyIsConstantAndWithinItsRange() {
    int before = line.call(() -> Future.succeededFuture(line.line().concurrency()));
    line.connect();
    assertThat(before).isBetween(1, 16);
    assertThat(line.<Integer>call(() -> Future.succeededFuture(line.line().concurrency())))
        .isEqualTo(before);
  }

  @Test
  final void connectFailsInWordsAndWorksLater() {
    await(proxy.refuse());
    checkConnectFails(proxy.port());
    assertThat(context.lost()).as("a line that was never up is not lost").isEmpty();
    await(proxy.accept());
    line.connect();
    await(proxy.whenAccepted(1));
  }

  @Test
  final void connectFailsInTimeWhenNobodyAnswers() throws IOException {
    if (!LONG) {
      return;
    }
    try (var silent = new SilentPort()) {
      var other = new LineUnderTest(context, driver(), line("127.0.0.1", silent.port()));
      long start = System.nanoTime();
      AsyncResult<Void> outcome = other.outcome(other::connecting);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CONNECT_LIMIT);
      assertThat(outcome.cause()).isNotNull().message().contains("127.0.0.1");
      other.close();
    }
  }

  private void checkConnectFails(int port) {
    long start = System.nanoTime();
    AsyncResult<Void> outcome = line.outcome(line::connecting);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CONNECT_LIMIT);
    assertThat(outcome.cause()).as("connecting where nobody listens").isInstanceOf(Exception.class);
    assertThat(outcome.cause().getMessage())
        .as("it says where and, in a word, why")
        .contains("127.0.0.1")
        .contains(String.valueOf(port))
        .containsIgnoringCase("refused")
        .doesNotContain("Exception");
  }

  @Test
  final void lineThatThePeerResetsIsLostOnceAndConnectsAgain() {
    isLostOnceAndConnectsAgain(Cut.RESET);
  }

  @Test
  final void lineThatThePeerClosesIsLostOnceAndConnectsAgain() {
    isLostOnceAndConnectsAgain(Cut.FIN);
  }

  @Test
  final void lineThatThePeerHalfClosesIsLostOnceAndConnectsAgain() {
    isLostOnceAndConnectsAgain(Cut.HALF_CLOSE);
  }

  private void isLostOnceAndConnectsAgain(Cut how) {
    line.addDevice(device());
    line.connect();
    await(proxy.whenAccepted(1));
    Future<String> lost = context.nextLost();
    await(proxy.cut(how));
    assertThat(await(lost)).isNotBlank();
    await(proxy.whenIdle());
    line.connect();
    await(proxy.whenAccepted(2));
    assertThat(context.lost()).hasSize(1);
  }

  @Test
  final void closingReleasesTheSocketAndIsIdempotent() {
    line.addDevice(device());
    line.connect();
    await(proxy.whenAccepted(1));
    line.close();
    await(proxy.whenIdle());
    line.close();
    assertThat(context.lost()).as("a line that was closed is not lost").isEmpty();
  }

  @Test
  final void closingALineThatNeverConnectedCompletes() {
    line.close();
    assertThat(proxy.accepted()).isZero();
  }

  @Test
  final void closingWhileConnectingLeavesNothingOpen() {
    var ended = new ArrayList<AsyncResult<Void>>();
    line.call(
        () -> {
          Future<Void> connecting = line.line().connect().onComplete(outcome -> ended.add(outcome));
          Future<Void> closing = line.line().close();
          return closing.compose(v -> connecting.otherwiseEmpty());
        });
    assertThat(ended).hasSize(1);
    NetSocket probe = await(vertx.createNetClient().connect(proxy.port(), proxy.host()));
    await(probe.close());
    await(proxy.whenIdle());
    assertThat(context.lost()).isEmpty();
  }

  @Test
  final void closingADeviceIsIdempotent() {
    var device = line.addDevice(device());
    line.connect();
    line.call(
        () -> {
          device.close();
          device.close();
          return Future.succeededFuture();
        });
    assertThat(context.lost()).isEmpty();
  }

  /** A port whose queue of connections is full: attempts are neither accepted nor refused. */
  private static final class SilentPort implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> fillers = new ArrayList<>();

    SilentPort() throws IOException {
      for (int i = 0; i < 8; i++) {
        var filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(new InetSocketAddress(server.getInetAddress(), port()), 100);
        } catch (java.net.SocketTimeoutException e) {
          // Full: that is what was wanted.
          return;
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket filler : fillers) {
        filler.close();
      }
      server.close();
    }
  }
}
