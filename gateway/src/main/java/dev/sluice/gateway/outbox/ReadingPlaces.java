package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.LogReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where reading is: at two places of the log, so that lanes that take turns need not search for
 * theirs each time. One thread.
 */
final class ReadingPlaces implements Closeable {

  /** One for each lane. */
  private static final int MAX = 2;

  private static final class Place {
    final LogReader reader;
    long at;
    long turn;

    Place(LogReader reader) {
      this.reader = reader;
    }
  }

  private final Supplier<LogReader> make;
  private final List<Place> places = new ArrayList<>();
  private long turn;

  ReadingPlaces(Supplier<LogReader> make) {
    this.make = make;
  }

  /** Reads on from where one of them is, if possible. */
  LogReader.Read read(long from, int maxBytes) throws IOException {
    Place place = nearest(from);
    place.turn = ++turn;
    place.at = from;
    LogReader.Read read = place.reader.read(from, maxBytes);
    if (!read.records().isEmpty()) {
      place.at = read.records().get(read.records().size() - 1).seq() + 1;
    }
    return read;
  }

  private Place nearest(long from) {
    Place best = null;
    for (Place place : places) {
      if (place.at <= from && (best == null || place.at > best.at)) {
        best = place;
      }
    }
    return best != null && best.at == from ? best : farFrom(best);
  }

  private Place farFrom(@Nullable Place behind) {
    if (places.size() < MAX) {
      Place made = new Place(make.get());
      places.add(made);
      return made;
    }
    return behind != null
        ? behind
        : places.stream().min(Comparator.comparingLong(place -> place.turn)).orElseThrow();
  }

  /** Closes the files; the next read opens what it needs again. */
  @Override
  public void close() throws IOException {
    for (Place place : places) {
      place.reader.close();
    }
  }
}
