package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A link to a scripted server, on two event loops. */
abstract class TcpLinkFixture {

  static final int UNIT = 17;

  /** Long enough that a loaded machine does not run into it. */
  static final Duration PATIENT = Duration.ofSeconds(15);

  static final Duration SHORT = Duration.ofMillis(40);

  Vertx vertx;
  NetClient client;
  ScriptedServer server;
  TestLine line;
  TcpLink link;

  @BeforeEach
  void startServer() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    client = vertx.createNetClient();
    server = new ScriptedServer(vertx);
    line = new TestLine(vertx, client);
  }

  @AfterEach
  void stopAll() {
    TestLine.await(vertx.close());
  }

  TcpOptions options(int pipelining) {
    return new TcpOptions("127.0.0.1", server.port(), pipelining, Duration.ofSeconds(5));
  }

  void connect(int pipelining) {
    connect(pipelining, 0);
  }

  void connect(int pipelining, int firstId) {
    link = new TcpLink(options(pipelining), line, firstId);
    reconnect();
  }

  void reconnect() {
    TestLine.await(line.on(link::connect));
  }

  /** Reads one holding register as uint16. */
  Poll register(int address) {
    return registers(address, 1);
  }

  /** Reads one holding register of a certain unit. */
  Poll registerOf(int unit) {
    return registers(unit, 1, 1);
  }

  Poll registers(int address, int count) {
    return registers(UNIT, address, count);
  }

  private Poll registers(int unit, int address, int count) {
    Format format = new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1);
    List<ModbusPoint> points =
        IntStream.range(address, address + count)
            .mapToObj(at -> new ModbusPoint(Table.HOLDING, at, format))
            .toList();
    List<Block> blocks = Planner.plan(points, IntStream.range(0, count).toArray(), Limits.PROTOCOL);
    return link.prepare(Unit.of(unit), blocks.get(0));
  }

  Future<PollResult> run(Poll poll, Duration timeout) {
    return line.on(() -> link.run(poll, new PollRequest(PollClass.POLL, timeout.toNanos())));
  }

  Future<PollResult> run(Poll poll) {
    return run(poll, PATIENT);
  }

  static long value(Future<PollResult> result) {
    return TestLine.await(result).values().bits(0);
  }

  static PollException refused(Future<PollResult> result) {
    return (PollException) TestLine.failure(result);
  }

  /** Whatever happened before: the next poll brings its own value on the same connection. */
  void nextPollWorks() {
    Future<PollResult> next = run(register(4000));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.registers(4711));
    org.assertj.core.api.Assertions.assertThat(value(next)).isEqualTo(4711);
    org.assertj.core.api.Assertions.assertThat(line.losses).isEmpty();
  }
}
