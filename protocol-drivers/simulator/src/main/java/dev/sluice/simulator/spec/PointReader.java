package dev.sluice.simulator.spec;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the points of one device. */
final class PointReader {

  private static final Pattern AT =
      Pattern.compile("(coil|discrete|holding|input) ([0-9]{1,5})(?:\\.([0-9]{1,2}))?");
  private static final Set<String> REGISTER_KEYS =
      Set.of("at", "type", "order", "length", "scale", "offset", "unit", "repeat", "signal");

  private final long seed;
  private final String device;
  private final Set<String> names = new HashSet<>(Set.of(DeviceSpec.COUNTER));

  PointReader(long seed, String device) {
    this.seed = seed;
    this.device = device;
  }

  /** The counter of a Modbus device; at input 0, high word first, unless it says otherwise. */
  PointSpec.Register counter(YamlNode node) throws PlantException {
    At at = new At(Area.INPUT, 0, -1);
    var order = RegisterOrder.ABCD;
    if (node.has(DeviceSpec.COUNTER)) {
      YamlNode counter = node.get(DeviceSpec.COUNTER).only(Set.of("at", "order"));
      at = counter.has("at") ? at(counter.get("at")) : at;
      if (at.area != Area.INPUT || at.bit >= 0 || at.address > 65_534) {
        throw counter.get("at").wrong("input ADDRESS, for example input 0");
      }
      order = counter.has("order") ? counter.get("order").word(RegisterOrder.class) : order;
    }
    return new PointSpec.Register(
        DeviceSpec.COUNTER,
        at.area,
        at.address,
        at.bit,
        RegisterType.UINT32,
        order,
        2,
        BigDecimal.ONE,
        BigDecimal.ZERO,
        "",
        new Signal.Constant(0));
  }

  /** The points of a Modbus device but for the counter. */
  List<PointSpec.Register> registers(YamlNode node) throws PlantException {
    List<PointSpec.Register> points = new ArrayList<>();
    PointSpec.Register counter = counter(node);
    for (Map.Entry<String, YamlNode> entry : node.get("points").named().entrySet()) {
      YamlNode point = entry.getValue().only(REGISTER_KEYS);
      int repeat = point.whole("repeat", 1, 1000, 1);
      for (int i = 0; i < repeat; i++) {
        String name = repeat == 1 ? entry.getKey() : entry.getKey() + "_" + (i + 1);
        PointSpec.Register register = register(point, name, i);
        if (register.area() == Area.INPUT
            && register.address() < counter.end()
            && counter.address() < register.end()) {
          throw point.get("at").wrong("an address beside the counter at " + counter.at());
        }
        points.add(register);
      }
    }
    return points;
  }

  private PointSpec.Register register(YamlNode node, String name, int index) throws PlantException {
    unique(node, name);
    At at = at(node.get("at"));
    boolean bit = at.area.isBit() || at.bit >= 0;
    RegisterType type =
        node.has("type")
            ? node.get("type").word(RegisterType.class)
            : bit ? RegisterType.BOOL : RegisterType.UINT16;
    if (bit != (type == RegisterType.BOOL)) {
      throw node.get("at").wrong("a coil, a discrete or a bit such as holding 5.0, for bool only");
    }
    int registers = type.registers();
    if (type == RegisterType.STRING) {
      registers = (int) node.get("length").whole(1, 125);
    }
    // A bit of a register repeats in the next register, anything else behind itself.
    int address = at.address + index * registers;
    if (address + registers > 65_536) {
      throw node.get("at").wrong("addresses up to 65535");
    }
    for (String key : List.of("scale", "offset", "order")) {
      if (!type.isNumber() && node.has(key)) {
        throw node.get(key).wrong("no " + key + " for " + type.word());
      }
    }
    BigDecimal scale = node.decimal("scale", BigDecimal.ONE);
    if (scale.signum() == 0) {
      throw node.get("scale").wrong("not 0");
    }
    return new PointSpec.Register(
        name,
        at.area,
        address,
        at.bit,
        type,
        node.has("order") ? node.get("order").word(RegisterOrder.class) : RegisterOrder.ABCD,
        registers,
        scale,
        node.decimal("offset", BigDecimal.ZERO),
        node.text("unit", ""),
        signal(node.get("signal"), name, type == RegisterType.STRING ? 2 * registers : -1));
  }

  /** The points of a text device but for the counter. */
  List<PointSpec.Field> fields(YamlNode node) throws PlantException {
    List<PointSpec.Field> points = new ArrayList<>();
    if (!node.has("points")) {
      return points;
    }
    Set<String> groups = new HashSet<>(names);
    for (Map.Entry<String, YamlNode> entry : node.get("points").named().entrySet()) {
      YamlNode point = entry.getValue().only(Set.of("decimals", "unit", "signal"));
      unique(point, entry.getKey());
      if (!groups.add(PointSpec.group(entry.getKey()))) {
        throw new PlantException(
            point.path(), "a name that differs from another in - and _ only", "another name");
      }
      points.add(
          new PointSpec.Field(
              entry.getKey(),
              point.whole("decimals", 0, 9, 0),
              point.text("unit", ""),
              signal(point.get("signal"), entry.getKey(), -1)));
    }
    return points;
  }

  private void unique(YamlNode node, String name) throws PlantException {
    if (!names.add(name)) {
      throw new PlantException(
          node.path(), "the point name \"" + name + "\" twice", "names unique in the device");
    }
  }

  private record At(Area area, int address, int bit) {}

  private static At at(YamlNode node) throws PlantException {
    String text = node.text();
    Matcher m = AT.matcher(text);
    if (!m.matches() || Integer.parseInt(m.group(2)) > 65_535) {
      throw node.wrong("coil, discrete, holding or input and an address from 0 to 65535");
    }
    Area area = Area.valueOf(m.group(1).toUpperCase(Locale.ROOT));
    @Nullable String bit = m.group(3);
    if (bit != null && (area.isBit() || Integer.parseInt(bit) > 15)) {
      throw node.wrong("a bit from 0 to 15, of a register");
    }
    return new At(area, Integer.parseInt(m.group(2)), bit == null ? -1 : Integer.parseInt(bit));
  }

  /**
   * Reads a signal.
   *
   * @param characters the room for a text, or -1 when it must be a number
   */
  private Signal signal(YamlNode node, String point, int characters) throws PlantException {
    node.only(Set.of("constant", "drift", "noise", "counter", "states", "text"));
    if (node.has("text") != characters >= 0) {
      throw new PlantException(
          node.path(),
          node.has("text") ? "a text" : "a number",
          characters >= 0 ? "signal: { text: … } for a string" : "a number, as type says");
    }
    if (node.has("text")) {
      String text = node.get("text").text();
      if (text.length() > characters || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
        throw node.get("text").wrong("at most " + characters + " ASCII characters");
      }
      return new Signal.Text(text);
    }
    return number(node, Chance.seed(seed, device, point));
  }

  private static Signal number(YamlNode node, long seed) throws PlantException {
    if (node.has("constant")) {
      return new Signal.Constant(node.get("constant").number());
    }
    if (node.has("drift")) {
      YamlNode d = node.get("drift").only(Set.of("from", "to", "period", "noise"));
      return new Signal.Drift(
          d.get("from").number(),
          d.get("to").number(),
          d.get("period").time().toNanos(),
          d.number("noise", 0),
          seed);
    }
    if (node.has("noise")) {
      YamlNode n = node.get("noise").only(Set.of("mean", "deviation"));
      return new Signal.Noise(n.get("mean").number(), n.get("deviation").number(), seed);
    }
    if (node.has("counter")) {
      YamlNode c = node.get("counter").only(Set.of("start", "step", "every"));
      return new Signal.Counter(
          c.number("start", 0), c.number("step", 1), c.get("every").time().toNanos());
    }
    if (node.has("states")) {
      YamlNode s = node.get("states").only(Set.of("values", "every"));
      List<Double> values = new ArrayList<>();
      for (YamlNode value : s.get("values").list()) {
        values.add(value.number());
      }
      if (values.isEmpty()) {
        throw s.get("values").wrong("at least one value");
      }
      return new Signal.States(values, s.get("every").time().toNanos(), seed);
    }
    throw new PlantException(
        node.path(), "nothing", "one of constant, drift, noise, counter, states");
  }
}
