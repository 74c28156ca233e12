package dev.sluice.benchmarks;

import com.ghgande.j2mod.modbus.facade.ModbusSerialMaster;
import com.ghgande.j2mod.modbus.procimg.Register;
import com.ghgande.j2mod.modbus.util.SerialParameters;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * j2mod's master of a serial line as its users have it. Argument: the port. Speaks {@link
 * MasterLoop}.
 */
final class J2modSerialMaster {

  private static final int TIMEOUT_MILLIS = 1_000;

  private final String path;
  private @Nullable ModbusSerialMaster master;

  private J2modSerialMaster(String path) {
    this.path = path;
  }

  public static void main(String[] arguments) throws Exception {
    var load = new J2modSerialMaster(arguments[0]);
    MasterLoop.serve(load::open, load::run);
    System.exit(0); // it may have left a thread
  }

  private void open(int baud) throws Exception {
    if (master != null) {
      master.disconnect();
    }
    var parameters = new SerialParameters();
    parameters.setPortName(path);
    parameters.setBaudRate(baud);
    parameters.setDatabits(8);
    parameters.setParity("None");
    parameters.setStopbits(1);
    parameters.setEncoding("rtu");
    parameters.setEcho(false);
    parameters.setOpenDelay(0);
    var fresh = new ModbusSerialMaster(parameters, TIMEOUT_MILLIS);
    fresh.connect();
    master = fresh;
  }

  private long run(long millis) throws Exception {
    ModbusSerialMaster current = master;
    if (current == null) {
      throw new IllegalStateException("no port is open");
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long requests = 0;
    while (System.nanoTime() - end < 0) {
      Register[] registers = current.readMultipleRegisters(1, 0, PacedLine.REGISTERS);
      for (int i = 0; i < PacedLine.REGISTERS; i++) {
        if (registers[i].toUnsignedShort() != PacedLine.value(1, i)) {
          throw new IllegalStateException("register " + i + " is wrong");
        }
      }
      requests++;
    }
    return requests;
  }
}
