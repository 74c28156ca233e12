package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In which form a scale tells the weight. */
enum ScaleFormat {
  /**
   * The standard format of A&amp;D, which many indicators have: {@code ST,GS,+ 12.345kg} of an
   * indicator and {@code ST,+00012.34 g} of a balance. {@code ST} is stable, {@code US} unstable,
   * {@code QT} a stable count, {@code OL} out of range; {@code GS} gross, {@code NT} net, {@code
   * TR} tare.
   */
  A_AND_D {
    @Override
    ScaleReading read(String line) throws PollException {
      if (OVERLOAD.matcher(line).matches()) {
        return new ScaleReading("", "", false, true, "");
      }
      Matcher found = WEIGHT.matcher(line);
      if (!found.matches()) {
        throw Extraction.refusal(line, "a weight like \"ST,GS,+  12.345kg\"");
      }
      String kind = found.group("kind");
      return new ScaleReading(
          found.group("weight"),
          found.group("unit"),
          !found.group("status").equals("US"),
          false,
          kind == null ? "" : kind);
    }
  },

  /**
   * Mettler Toledo's standard interface command set, level 0: {@code S S 12.34 g} is stable, {@code
   * S D} dynamic, {@code S +} and {@code S -} out of range, {@code S I} busy.
   */
  SICS {
    @Override
    ScaleReading read(String line) throws PollException {
      Matcher found = ANSWER.matcher(line);
      if (found.matches()) {
        boolean stable = found.group("status").equals("S");
        return new ScaleReading(found.group("weight"), found.group("unit"), stable, false, "");
      }
      return switch (line.strip()) {
        case "S +", "S -" -> new ScaleReading("", "", false, true, "");
        case "S I" ->
            throw new PollException(PollFailure.BUSY, Quality.BUSY, "the scale is busy (S I)");
        case "ES", "ET", "EL" ->
            throw new PollException(
                PollFailure.REJECTED,
                Quality.UNKNOWN_ERROR,
                "the scale does not take the request (" + line.strip() + ")");
        default -> throw Extraction.refusal(line, "a weight like \"S S     12.34 g\"");
      };
    }
  };

  private static final Pattern WEIGHT =
      Pattern.compile(
          "(?<status>ST|US|QT),(?:(?<kind>GS|NT|TR),)?"
              + "(?<weight>[-+]?[ 0-9.]{0,16}[0-9.]) *(?<unit>[A-Za-z%]{0,4}) *");
  private static final Pattern OVERLOAD = Pattern.compile("OL,[ -~]*");
  private static final Pattern ANSWER =
      Pattern.compile("S (?<status>[SD]) +(?<weight>[-+]?[0-9.]{1,16}) (?<unit>\\S{1,8}) *");

  /**
   * What a line of the scale says.
   *
   * @throws PollException if it says nothing
   */
  abstract ScaleReading read(String line) throws PollException;
}
