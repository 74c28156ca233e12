package dev.sluice.simulator.modbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.ghgande.j2mod.modbus.ModbusSlaveException;
import com.ghgande.j2mod.modbus.facade.ModbusTCPMaster;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import dev.sluice.simulator.Running;
import dev.sluice.simulator.spec.Fault;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModbusLineTest {

  private static final String PLANT =
      """
      lines:
        hall:
          modbus:
            devices:
              low-first:
                unit: 1
                counter: { at: input 2, order: CDAB }
                points:
                  current: { at: input 0, type: int16, scale: 0.1, offset: 5, signal: { constant: -23.4 } }
                  energy: { at: input 10, type: uint64, order: CDAB, signal: { constant: 4294967298 } }
                  power: { at: holding 0, type: float32, order: BADC, signal: { constant: 1.5 } }
                  flow: { at: holding 2, type: float64, order: DCBA, signal: { constant: -2 } }
                  alarm: { at: holding 8.3, signal: { constant: 1 } }
                  model: { at: holding 10, type: string, length: 4, signal: { text: GX-50 } }
                  over: { at: holding 20, type: uint16, signal: { constant: 70000 } }
                  door: { at: discrete 5, signal: { constant: 1 } }
                  valve: { at: coil 1, signal: { constant: 1 } }
              high-first:
                unit: 200
                points:
                  x: { at: input 2, type: uint16, signal: { constant: 7 } }
      """;

  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = Running.plant(PLANT);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  @Test
  void showsValuesAsTypeOrderScaleAndOffsetSay() throws Exception {
    ModbusTCPMaster master = master();
    assertThat(words(master.readInputRegisters(1, 0, 1))).containsExactly(0xFFFF & -284);
    // 4294967298 is 00000001 00000002: low word first.
    assertThat(words(master.readInputRegisters(1, 10, 4))).containsExactly(2, 0, 1, 0);
    assertThat(words(master.readMultipleRegisters(1, 0, 2))).containsExactly(0xC03F, 0);
    assertThat(words(master.readMultipleRegisters(1, 2, 4))).containsExactly(0, 0, 0, 0x00C0);
    assertThat(words(master.readMultipleRegisters(1, 8, 2))).containsExactly(8, 0);
    var model = ByteBuffer.allocate(8);
    for (InputRegister register : master.readMultipleRegisters(1, 10, 4)) {
      model.put(register.toBytes());
    }
    assertThat(model.array()).isEqualTo("GX-50\0\0\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(words(master.readMultipleRegisters(1, 20, 1))).containsExactly(65_535);
    assertThat(master.readInputDiscretes(1, 4, 2).getBit(1)).isTrue();
    assertThat(master.readCoils(1, 0, 2).getBit(0)).isFalse();
    assertThat(master.readCoils(1, 0, 2).getBit(1)).isTrue();
    assertThat(words(master.readInputRegisters(200, 2, 1))).containsExactly(7);
    master.disconnect();
  }

  @Test
  void countsEachRequestThatReadsTheWholeCounterOnce() throws Exception {
    ModbusTCPMaster master = master();
    assertThat(lowFirst(master.readInputRegisters(1, 2, 2), 0)).isEqualTo(1);
    assertThat(lowFirst(master.readInputRegisters(1, 0, 14), 2)).isEqualTo(2);
    // Half of it shows the count as it is.
    assertThat(words(master.readInputRegisters(1, 2, 1))).containsExactly(2);
    assertThat(words(master.readInputRegisters(1, 3, 1))).containsExactly(0);
    assertThat(lowFirst(master.readInputRegisters(1, 2, 2), 0)).isEqualTo(3);
    // A unit of its own counts for itself, high word first.
    assertThat(words(master.readInputRegisters(200, 0, 2))).containsExactly(0, 1);
    assertThat(running.answered("low-first")).isEqualTo(3);
    master.disconnect();
  }

  @Test
  void keepsTheWordsOfTheCounterTogetherWhenTheLowOneOverflows() {
    int[] words = new int[2];
    dev.sluice.simulator.spec.RegisterOrder.CDAB.write(65_536, words);
    assertThat(words).containsExactly(0, 1);
    dev.sluice.simulator.spec.RegisterOrder.ABCD.write(0x1_0000_0001L, words);
    assertThat(words).containsExactly(0, 1);
  }

  @Test
  void givesNoCountTwiceToConcurrentConnections() throws Exception {
    int requests = Boolean.getBoolean("sluice.long") ? 20_000 : 1_000;
    int masters = 3;
    ExecutorService threads = Executors.newFixedThreadPool(masters);
    List<Callable<List<Long>>> readers = new ArrayList<>();
    for (int m = 0; m < masters; m++) {
      readers.add(
          () -> {
            ModbusTCPMaster master = master();
            List<Long> seen = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
              seen.add(lowFirst(master.readInputRegisters(1, 0, 14), 2));
            }
            master.disconnect();
            return seen;
          });
    }
    var all = new TreeSet<Long>();
    for (Future<List<Long>> seen : threads.invokeAll(readers)) {
      assertThat(seen.get()).isSorted();
      all.addAll(seen.get());
    }
    threads.shutdown();
    assertThat(all).hasSize(masters * requests);
    assertThat(all.first()).isEqualTo(1);
    assertThat(all.last()).isEqualTo((long) masters * requests);
  }

  @Test
  void refusesAddressesFunctionsQuantitiesAndUnitsThatItDoesNotHave() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ask(socket, "0001 0000 0006 01 04 000d 0002"))
          .isEqualTo("0001 0000 0003 01 84 02");
      assertThat(ask(socket, "0002 0000 0006 01 04 0000 0000"))
          .isEqualTo("0002 0000 0003 01 84 03");
      assertThat(ask(socket, "0003 0000 0006 01 03 0000 007e"))
          .isEqualTo("0003 0000 0003 01 83 03");
      assertThat(ask(socket, "0004 0000 0006 01 06 0000 0001"))
          .isEqualTo("0004 0000 0003 01 86 01");
      assertThat(ask(socket, "0005 0000 0006 09 04 0000 0001"))
          .isEqualTo("0005 0000 0003 09 84 0b");
      assertThat(ask(socket, "0006 0000 0002 01 07")).isEqualTo("0006 0000 0003 01 87 01");
    }
  }

  @Test
  void closesWhenAHeaderMakesNoSense() throws Exception {
    for (String header : List.of("0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 00ff 01")) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(hex(header));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void answersRequestsThatComeInPiecesAndTogether() throws Exception {
    byte[] two = hex("0001 0000 0006 c8 04 0002 0001 0002 0000 0006 c8 04 0002 0001");
    for (int cut = 1; cut < two.length; cut++) {
      try (Socket socket = connect()) {
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(two, 0, cut);
        socket.getOutputStream().flush();
        socket.getOutputStream().write(two, cut, two.length - cut);
        assertThat(reply(socket)).isEqualTo("0001 0000 0005 c8 04 02 0007");
        assertThat(reply(socket)).isEqualTo("0002 0000 0005 c8 04 02 0007");
      }
    }
  }

  @Test
  void keepsSilentAndDoesNotCount() throws Exception {
    running.plant().fault("low-first", new Fault.Silence());
    try (Socket socket = connect()) {
      socket.setSoTimeout(300);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> ask(socket, "0001 0000 0006 01 04 0002 0002"));
      socket.setSoTimeout(10_000);
      // The other unit of the same port is well.
      assertThat(ask(socket, "0002 0000 0006 c8 04 0002 0001"))
          .isEqualTo("0002 0000 0005 c8 04 02 0007");
      running.plant().fault("low-first", Fault.NONE);
      assertThat(ask(socket, "0003 0000 0006 01 04 0002 0002"))
          .isEqualTo("0003 0000 0007 01 04 04 0001 0000");
    }
  }

  @Test
  void answersLateAndCounts() throws Exception {
    running.plant().fault("low-first", Fault.parse("delay 300ms"));
    try (Socket socket = connect()) {
      long began = System.nanoTime();
      assertThat(ask(socket, "0001 0000 0006 01 04 0002 0002"))
          .isEqualTo("0001 0000 0007 01 04 04 0001 0000");
      assertThat(System.nanoTime() - began).isGreaterThan(290_000_000L);
    }
  }

  @Test
  void repliesWithTheExceptionAndDoesNotCount() throws Exception {
    running.plant().fault("low-first", Fault.parse("exception 4"));
    ModbusTCPMaster master = master();
    assertThatExceptionOfType(ModbusSlaveException.class)
        .isThrownBy(() -> master.readInputRegisters(1, 2, 2))
        .satisfies(e -> assertThat(e.getType()).isEqualTo(4));
    assertThat(running.answered("low-first")).isZero();
    master.disconnect();
  }

  @Test
  void repliesWithAFrameThatLacksTwoBytesAndDoesNotCount() throws Exception {
    running.plant().fault("low-first", new Fault.WrongLength());
    try (Socket socket = connect()) {
      assertThat(ask(socket, "0001 0000 0006 01 04 0002 0002"))
          .isEqualTo("0001 0000 0005 01 04 04 0000");
      assertThat(ask(socket, "0002 0000 0006 01 01 0000 0002"))
          .isEqualTo("0002 0000 0003 01 01 01");
    }
    assertThat(running.answered("low-first")).isZero();
  }

  @Test
  void closesTheConnectionWhenAskedAndTakesANewOne() throws Exception {
    running.plant().fault("low-first", new Fault.Drop());
    try (Socket socket = connect()) {
      socket.getOutputStream().write(hex("0001 0000 0006 01 04 0002 0002"));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    running.plant().fault("low-first", Fault.NONE);
    try (Socket socket = connect()) {
      assertThat(ask(socket, "0001 0000 0006 01 04 0002 0002"))
          .isEqualTo("0001 0000 0007 01 04 04 0001 0000");
    }
  }

  @Test
  void turnsAwayWhoComesWhenItIsFullAndTakesThemLater() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < ModbusLine.MAX_CONNECTIONS; i++) {
      Socket socket = connect();
      sockets.add(socket);
      assertThat(ask(socket, "0001 0000 0006 c8 04 0002 0001")).isNotEmpty();
    }
    try (Socket socket = connect()) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    assertThat(comesThrough()).isTrue();
  }

  // Closed sockets are noticed a moment later; each attempt is answered or closed, never left.
  private boolean comesThrough() throws IOException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() - end < 0) {
      try (Socket socket = connect()) {
        return !ask(socket, "0001 0000 0006 c8 04 0002 0001").isEmpty();
      } catch (java.io.EOFException | java.net.SocketException e) {
        Thread.onSpinWait();
      }
    }
    return false;
  }

  private ModbusTCPMaster master() throws Exception {
    var master = new ModbusTCPMaster("127.0.0.1", running.port("hall"));
    master.connect();
    return master;
  }

  private static int[] words(InputRegister[] registers) {
    return java.util.Arrays.stream(registers).mapToInt(InputRegister::toUnsignedShort).toArray();
  }

  private static long lowFirst(InputRegister[] registers, int at) {
    return registers[at].toUnsignedShort() | (long) registers[at + 1].toUnsignedShort() << 16;
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), running.port("hall"));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(hex(request));
    return reply(socket);
  }

  /** The reply with its fields apart: transaction, protocol, length, unit, function, ... */
  private static String reply(Socket socket) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    int transaction = in.readUnsignedShort();
    int protocol = in.readUnsignedShort();
    int length = in.readUnsignedShort();
    byte[] body = in.readNBytes(length);
    var text = new StringBuilder(String.format("%04x %04x %04x", transaction, protocol, length));
    for (int i = 0; i < body.length; i++) {
      text.append(i < 3 || (i - 3) % 2 == 0 ? " " : "").append(String.format("%02x", body[i]));
    }
    return text.toString();
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
