package dev.sluice.simulator.modbus;

import com.ghgande.j2mod.modbus.procimg.DigitalIn;
import com.ghgande.j2mod.modbus.procimg.DigitalOut;
import com.ghgande.j2mod.modbus.procimg.IllegalAddressException;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import com.ghgande.j2mod.modbus.procimg.Register;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import dev.sluice.simulator.device.FaultSwitch;
import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.serial.SerialDevice;
import dev.sluice.simulator.spec.Area;
import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.PointSpec;
import dev.sluice.simulator.spec.RegisterType;
import dev.sluice.simulator.spec.Signal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The registers of one Modbus device. All values of one request are of one moment. Any thread.
 *
 * <p>j2mod asks for a range exactly once per request, which is what makes counting exact: the
 * counter goes up when a range covers both of its words, and both words show the same count.
 */
final class RegisterBank extends SimpleProcessImage implements SerialDevice {

  private final DeviceSpec.Modbus spec;
  private final PlantClock clock;
  private final FaultSwitch fault;
  private final AtomicLong answered = new AtomicLong();
  private final Map<Area, List<PointSpec.Register>> points = new EnumMap<>(Area.class);
  private final Map<Area, Integer> ends = new EnumMap<>(Area.class);

  RegisterBank(DeviceSpec.Modbus spec, PlantClock clock) {
    super(spec.unit());
    this.spec = spec;
    this.clock = clock;
    this.fault = new FaultSwitch(spec.faults(), clock);
    for (Area area : Area.values()) {
      var here = spec.points().stream().filter(point -> point.area() == area).toList();
      points.put(area, here);
      ends.put(area, here.stream().mapToInt(PointSpec.Register::end).max().orElse(0));
    }
    ends.merge(Area.INPUT, spec.counter().end(), Math::max);
  }

  @Override
  public DeviceSpec.Modbus spec() {
    return spec;
  }

  @Override
  public long answered() {
    return answered.get();
  }

  @Override
  public void recount(long count) {
    answered.set(count);
  }

  @Override
  public FaultSwitch fault() {
    return fault;
  }

  @Override
  public InputRegister[] getInputRegisterRange(int ref, int count) {
    int[] words = read(Area.INPUT, ref, count);
    return Arrays.stream(words).mapToObj(SimpleInputRegister::new).toArray(InputRegister[]::new);
  }

  @Override
  public Register[] getRegisterRange(int ref, int count) {
    int[] words = read(Area.HOLDING, ref, count);
    return Arrays.stream(words).mapToObj(SimpleRegister::new).toArray(Register[]::new);
  }

  @Override
  public DigitalIn[] getDigitalInRange(int ref, int count) {
    int[] bits = read(Area.DISCRETE, ref, count);
    return Arrays.stream(bits)
        .mapToObj(bit -> new SimpleDigitalIn(bit != 0))
        .toArray(DigitalIn[]::new);
  }

  @Override
  public DigitalOut[] getDigitalOutRange(int ref, int count) {
    int[] bits = read(Area.COIL, ref, count);
    return Arrays.stream(bits)
        .mapToObj(bit -> new SimpleDigitalOut(bit != 0))
        .toArray(DigitalOut[]::new);
  }

  private int[] read(Area area, int ref, int count) {
    if (ref < 0 || count < 1 || ref + count > ends.getOrDefault(area, 0)) {
      throw new IllegalAddressException();
    }
    int[] range = new int[count];
    long nanos = clock.nanos();
    for (PointSpec.Register point : points.getOrDefault(area, List.of())) {
      if (point.address() < ref + count && ref < point.end()) {
        put(range, ref, point, encode(point, nanos));
      }
    }
    PointSpec.Register counter = spec.counter();
    if (area == Area.INPUT && counter.address() < ref + count && ref < counter.end()) {
      boolean whole = ref <= counter.address() && counter.end() <= ref + count;
      int[] words = new int[counter.registers()];
      counter.order().write(whole ? answered.incrementAndGet() : answered.get(), words);
      put(range, ref, counter, words);
    }
    return range;
  }

  private static void put(int[] range, int ref, PointSpec.Register point, int[] words) {
    for (int i = 0; i < words.length; i++) {
      int at = point.address() + i - ref;
      if (at >= 0 && at < range.length) {
        range[at] |= words[i];
      }
    }
  }

  private static int[] encode(PointSpec.Register point, long nanos) {
    int[] words = new int[point.registers()];
    if (point.signal() instanceof Signal.Text text) {
      encode(text.value(), words);
    } else if (point.signal() instanceof Signal.Numeric number) {
      encode(point, number.at(nanos), words);
    }
    return words;
  }

  private static void encode(String text, int[] words) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < ascii.length; i++) {
      words[i / 2] |= (ascii[i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
    }
  }

  private static void encode(PointSpec.Register point, double value, int[] words) {
    if (point.type() == RegisterType.BOOL) {
      words[0] = value == 0 ? 0 : 1 << Math.max(0, point.bit());
      return;
    }
    BigDecimal raw =
        BigDecimal.valueOf(value)
            .subtract(point.offset())
            .divide(point.scale(), MathContext.DECIMAL128);
    point.order().write(point.type().bits(raw), words);
  }
}
