package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Stores that take turns on one core, each in a process and a directory of its own. */
final class Contenders implements AutoCloseable {

  private static final int WARM_UP_RUNS = 2;

  private final List<String> names;
  private final Effort effort;
  private final List<Program> programs = new ArrayList<>();

  private Contenders(List<String> names, Effort effort) {
    this.names = names;
    this.effort = effort;
  }

  /**
   * Starts them.
   *
   * @param names the first is compared with the second, what follows is shown
   */
  static Contenders start(List<String> names, Path scratch, Effort effort) throws IOException {
    var contenders = new Contenders(names, effort);
    try {
      for (String name : names) {
        contenders.programs.add(StoreProgram.start(name, scratch, effort));
      }
    } catch (IOException e) {
      contenders.close();
      throw e;
    }
    return contenders;
  }

  /**
   * How fast the first appends, in rates of the second.
   *
   * @param windowMicros of a commit; 0 for one record in each
   */
  double compare(Figures figures, String name, Store.Use use, long windowMicros)
      throws IOException {
    double[][] rates = new double[names.size()][effort.runs()];
    double[][] cpu = new double[names.size()][effort.runs()];
    for (int c = 0; c < names.size(); c++) {
      prepare(programs.get(c), use, !grows(c, use));
    }
    for (int i = -WARM_UP_RUNS; i < effort.runs(); i++) {
      for (int c = 0; c < names.size(); c++) {
        Program program = programs.get(c);
        if (grows(c, use)) {
          prepare(program, use, false); // else its file would grow from run to run
        }
        program.tell("rate " + windowMicros + " " + effort.runMillis());
        String[] words = program.expect("rate");
        if (i >= 0) {
          rates[c][i] = Double.parseDouble(words[0]);
          cpu[c][i] = Double.parseDouble(words[1]);
        }
      }
    }
    var table = new Table(name, "records/s", "best", "x_" + names.get(1), "cpu_us/record");
    for (int c = 0; c < names.size(); c++) {
      table.row(
          names.get(c),
          Figures.number(Figures.median(rates[c])),
          Figures.number(Arrays.stream(rates[c]).max().orElse(0)),
          Figures.number(ratio(rates[c], rates[1])),
          Figures.number(Figures.median(cpu[c])));
    }
    figures.tell(table);
    return ratio(rates[0], rates[1]);
  }

  private boolean grows(int contender, Store.Use use) {
    return use == Store.Use.APPEND && !names.get(contender).startsWith("sluice");
  }

  /**
   * Gives it an empty store.
   *
   * @param steady whether that is written over twice first: a store that has run for some hours is
   *     measured, not one that takes its room from the file system for the first time
   */
  private static void prepare(Program program, Store.Use use, boolean steady) throws IOException {
    program.tell("open " + use);
    program.expect("ready");
    if (steady) {
      program.tell("settle");
      program.expect("settled");
    }
  }

  /** Of neighbouring runs; what disturbs the machine disturbs both. */
  private static double ratio(double[] ours, double[] theirs) {
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours[i] / theirs[i];
    }
    return Figures.median(ratios);
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
  }
}
