package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway, mbpoll and a client on libmodbus read the same registers of the same slaves over the
 * same serial ports, one after the other: a port has one master at a time.
 */
class OtherMastersTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** As libmodbus and mbpoll take them, and as many as all of them take at once. */
  private record Range(String table, int mbpollType, int first, int count) {}

  private static final List<Range> PYMODBUS =
      List.of(
          new Range("holding", 4, 300, 100),
          new Range("input", 3, 340, 100),
          new Range("coil", 0, 10, 50),
          new Range("discrete", 1, 10, 50));

  private static final List<Range> J2MOD =
      List.of(
          new Range("holding", 4, 0, 60),
          new Range("input", 3, 0, 60),
          new Range("coil", 0, 0, 50),
          new Range("discrete", 1, 0, 50));

  @TempDir Path directory;

  @Test
  void mbpollAndLibmodbusReadWhatTheGatewayReads() {
    try (var first = SerialCable.plugged(directory, "first");
        var second = SerialCable.plugged(directory, "second");
        var pymodbus = PymodbusServer.onPort(first.far());
        var j2mod = J2modServer.start(second.far())) {
      assertThat(pymodbus.points()).isNotEmpty();
      assertThat(j2mod.points()).isNotEmpty();
      Map<String, Map<String, Integer>> ours = new TreeMap<>();
      try (var mosquitto = Mosquitto.plain(directory).start();
          var subscriber = RecordingSubscriber.start(mosquitto.port())) {
        Site site =
            new Site(directory)
                .linger("200ms")
                .serialLine("py", first.near())
                .serialLine("j2", second.near())
                .device("py-1", "py", points(PYMODBUS), "1s")
                .device("j2-1", "j2", points(J2MOD), "1s")
                .uplink(mosquitto.port());
        try (var gateway = Distribution.start(site)) {
          for (String device : List.of("py-1", "j2-1")) {
            int wanted = device.equals("py-1") ? 300 : 220;
            Eventually.holds(
                wanted + " values of " + device,
                LIMIT,
                () -> subscriber.ledger().latest(device).size() == wanted,
                gateway.process()::output);
            ours.put(device, numbers(subscriber.ledger().latest(device)));
          }
          gateway.stopInOrder();
        }
      }

      assertThat(mbpoll(first, PYMODBUS)).isEqualTo(ours.get("py-1"));
      assertThat(libmodbus(first, PYMODBUS)).isEqualTo(ours.get("py-1"));
      assertThat(mbpoll(second, J2MOD)).isEqualTo(ours.get("j2-1"));
      assertThat(libmodbus(second, J2MOD)).isEqualTo(ours.get("j2-1"));
      assertThat(ours.get("py-1").values()).as("not all alike").contains(0, 1, 0xFFFF, 0x8000);
    }
  }

  private static void each(List<Range> ranges, BiConsumer<Range, Integer> address) {
    for (Range range : ranges) {
      for (int i = 0; i < range.count(); i++) {
        address.accept(range, range.first() + i);
      }
    }
  }

  private static String name(String table, int address) {
    return table + address;
  }

  private static List<PeerPoint> points(List<Range> ranges) {
    var points = new ArrayList<PeerPoint>();
    each(
        ranges,
        (range, address) ->
            points.add(
                PeerPoint.of(
                    name(range.table(), address),
                    range.table() + " " + address,
                    range.mbpollType() < 2 ? "bool" : "uint16",
                    "")));
    return points;
  }

  private static Map<String, Integer> numbers(Map<String, Object> values) {
    var numbers = new TreeMap<String, Integer>();
    values.forEach(
        (point, value) ->
            numbers.put(
                point,
                value instanceof Boolean bit ? (bit ? 1 : 0) : Integer.parseInt(value.toString())));
    return numbers;
  }

  private static Map<String, Integer> mbpoll(SerialCable cable, List<Range> ranges) {
    Pattern line = Pattern.compile("\\[(\\d+)]:\\s+(\\d+).*");
    var read = new TreeMap<String, Integer>();
    for (Range range : ranges) {
      String[] how = {
        "-m",
        "rtu",
        "-b",
        "115200",
        "-P",
        "none",
        "-a",
        "1",
        "-t",
        "" + range.mbpollType(),
        "-0",
        "-r",
        "" + range.first(),
        "-c",
        "" + range.count(),
        "-o",
        "5",
        "-1"
      };
      var command = new ArrayList<String>();
      command.add(ChildProcess.locate("mbpoll"));
      command.addAll(List.of(how));
      command.add(cable.near().toString());
      for (String printed : ChildProcess.run("mbpoll", command)) {
        Matcher value = line.matcher(printed);
        if (value.matches()) {
          int address = Integer.parseInt(value.group(1));
          read.put(name(range.table(), address), Integer.parseInt(value.group(2)));
        }
      }
    }
    return read;
  }

  private static Map<String, Integer> libmodbus(SerialCable cable, List<Range> ranges) {
    var command = new ArrayList<String>();
    command.add(CProgram.compiled("libmodbus_client").toString());
    command.add(cable.near().toString());
    command.add("1");
    for (Range range : ranges) {
      command.addAll(List.of(range.table(), "" + range.first(), "" + range.count()));
    }
    var read = new TreeMap<String, Integer>();
    for (String printed : ChildProcess.run("libmodbus client", command)) {
      String[] words = printed.split(" ", 3);
      read.put(name(words[0], Integer.parseInt(words[1])), Integer.parseInt(words[2]));
    }
    return read;
  }
}
