package dev.sluice.simulator;

import dev.sluice.simulator.plant.Plant;
import dev.sluice.simulator.spec.FaultOrder;

/** The commands on standard input that are about the plant. */
final class PlantCommands {

  private final Plant plant;
  private final Terminal terminal;

  PlantCommands(Plant plant, Terminal terminal) {
    this.plant = plant;
    this.terminal = terminal;
  }

  /** Runs a command; false when it is none of these. */
  boolean run(String line) {
    String[] words = line.split("\\s+", 3);
    switch (words[0]) {
      case "fault" -> fault(words);
      case "status" -> terminal.print(Report.plant(plant).toString());
      case "stop" -> terminal.end();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void fault(String[] words) {
    try {
      if (words.length < 3) {
        throw new IllegalArgumentException("found fault alone, expected fault NAME FAULT");
      }
      plant.fault(words[1], FaultOrder.parse(words[2]));
    } catch (IllegalArgumentException e) {
      terminal.complain("simulator: " + e.getMessage());
    }
  }
}
