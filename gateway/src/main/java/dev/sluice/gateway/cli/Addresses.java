package dev.sluice.gateway.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Addresses on the command line: {@code 1-247}, {@code 1,5,10-20}.
 *
 * @param all ascending, each once
 */
record Addresses(List<Integer> all) {

  Addresses {
    all = List.copyOf(all);
  }

  /** Those that there can be. */
  Addresses among(int[] possible) {
    Set<Integer> there = new HashSet<>();
    IntStream.of(possible).forEach(there::add);
    return new Addresses(all.stream().filter(there::contains).toList());
  }

  /** Reads them. */
  static final class Text implements ITypeConverter<Addresses> {

    private static final Pattern PART =
        Pattern.compile("\\s*(\\d{1,5})\\s*(?:-\\s*(\\d{1,5})\\s*)?");
    private static final int MOST = 65_536;

    @Override
    public Addresses convert(String text) {
      var all = new TreeSet<Integer>();
      for (String part : text.split(",", -1)) {
        Matcher m = PART.matcher(part);
        if (!m.matches()) {
          throw wrong(text);
        }
        int first = Integer.parseInt(m.group(1));
        int last = m.group(2) == null ? first : Integer.parseInt(m.group(2));
        if (first > last || last >= MOST) {
          throw wrong(text);
        }
        IntStream.rangeClosed(first, last).forEach(all::add);
      }
      return new Addresses(List.copyOf(all));
    }

    private static TypeConversionException wrong(String text) {
      return new TypeConversionException(
          "found \"" + text + "\", expected addresses such as 1-247 or 1,5,10-20");
    }
  }
}
