package dev.sluice.simulator.modbus;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.serial.Stations;
import dev.sluice.simulator.serial.Turns;
import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.LineSpec;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Modbus RTU slaves on one pair of wires. A request of no unit here, a broadcast, and what is no
 * frame get no answer; after the latter nobody listens before the next silence.
 */
public final class RtuStations implements Stations {

  private final Map<Integer, RegisterBank> units = new LinkedHashMap<>();
  private final Codec codec;
  private Buffer heard = Buffer.buffer();

  public RtuStations(LineSpec.Modbus spec, PlantClock clock) {
    for (DeviceSpec.Modbus device : spec.devices()) {
      units.put(device.unit(), new RegisterBank(device, clock));
    }
    codec = new Codec(units);
  }

  @Override
  public List<RegisterBank> devices() {
    return List.copyOf(units.values());
  }

  @Override
  public void received(byte[] bytes, Turns turns) {
    // One more byte than a frame can have says enough; the rest need not be kept.
    int room = RtuFrame.MAX + 1 - heard.length();
    heard.appendBytes(bytes, 0, Math.max(0, Math.min(room, bytes.length)));
    byte[] all = heard.getBytes();
    int length = RtuFrame.length(all);
    if (length > 0 && all.length >= length) {
      byte[] frame = Arrays.copyOf(all, length);
      if (RtuFrame.isWhole(frame)) {
        heard = Buffer.buffer();
        request(RtuFrame.toTcp(frame), turns);
        if (all.length > length) {
          received(Arrays.copyOfRange(all, length, all.length), turns);
        }
      }
    }
  }

  @Override
  public void silence(Turns turns) {
    byte[] frame = heard.getBytes();
    heard = Buffer.buffer();
    if (RtuFrame.isWhole(frame)) {
      request(RtuFrame.toTcp(frame), turns);
    }
  }

  @Override
  public void tick(long nanos, Turns turns) {
    // No slave speaks before it is asked.
  }

  private void request(Frame frame, Turns turns) {
    RegisterBank unit = units.get(frame.unit());
    if (unit == null) {
      return;
    }
    Fault fault = unit.fault().now();
    if (fault instanceof Fault.Refuse refuse) {
      turns.add(unit, () -> RtuFrame.ofTcp(frame.exception(refuse.code())));
    } else if (frame.refusal() != 0) {
      turns.add(unit, () -> RtuFrame.ofTcp(frame.exception(frame.refusal())));
    } else if (fault instanceof Fault.WrongLength) {
      turns.add(unit, () -> RtuFrame.ofTcp(frame.shortReply()));
    } else {
      turns.add(unit, () -> RtuFrame.ofTcp(codec.answer(frame)));
    }
  }
}
