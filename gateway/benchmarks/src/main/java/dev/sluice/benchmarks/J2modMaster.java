package dev.sluice.benchmarks;

import com.ghgande.j2mod.modbus.ModbusException;
import com.ghgande.j2mod.modbus.facade.ModbusTCPMaster;
import com.ghgande.j2mod.modbus.procimg.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * j2mod as its users have it: a blocking master and a thread per device. Arguments: port,
 * connections. Speaks {@link MasterLoop}.
 */
final class J2modMaster {

  private static final int REGISTERS = 125;
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Phaser turns = new Phaser(1);
  private final LongAdder requests = new LongAdder();
  private final LongAdder sum = new LongAdder();
  private volatile boolean running;

  private J2modMaster() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    var load = new J2modMaster();
    List<ModbusTCPMaster> masters = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      var master = new ModbusTCPMaster("127.0.0.1", port, TIMEOUT_MILLIS, true);
      master.connect();
      masters.add(master);
    }
    for (ModbusTCPMaster master : masters) {
      load.turns.register();
      var thread = new Thread(() -> load.poll(master), "device");
      thread.setDaemon(true);
      thread.start();
    }
    MasterLoop.serve(load::run);
    // So that no compiler may leave the summing out.
    System.err.println("sum " + load.sum.sum());
  }

  private long run(long millis) throws InterruptedException {
    requests.reset();
    running = true;
    turns.arriveAndAwaitAdvance();
    TimeUnit.MILLISECONDS.sleep(millis);
    running = false;
    long done = requests.sum();
    turns.arriveAndAwaitAdvance();
    return done;
  }

  /** Waits for its turn, reads until the turn is over, and so on; ends with the process. */
  private void poll(ModbusTCPMaster master) {
    while (true) {
      turns.arriveAndAwaitAdvance();
      try {
        while (running) {
          long total = 0;
          for (Register register : master.readMultipleRegisters(1, 0, REGISTERS)) {
            total += register.toUnsignedShort();
          }
          sum.add(total);
          requests.increment();
        }
      } catch (ModbusException e) {
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
      turns.arriveAndAwaitAdvance();
    }
  }
}
