package dev.sluice.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in columns. */
final class Table {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Table row(String... cells) {
    rows.add(Arrays.asList(cells));
    return this;
  }

  /** Prints the rows, each behind two blanks. */
  void print(PrintWriter out) {
    var widths = new ArrayList<Integer>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (widths.size() == i) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(GAP).append(row.get(i));
        line.append(" ".repeat(widths.get(i) - row.get(i).length()));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
