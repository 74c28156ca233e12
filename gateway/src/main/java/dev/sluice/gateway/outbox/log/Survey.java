package dev.sluice.gateway.outbox.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a directory holds, as far as the headers say; records themselves are not read.
 *
 * @param stream id of the stream; empty when no segment is whole
 * @param version of the format
 * @param next the lowest seq that was certainly never used
 * @param segments of the stream, in order
 * @param cursors by uplink
 * @param spares done with, wait to be written again
 * @param locked encrypted with a key that is not here, or set aside because it once was not
 * @param setAside damaged, kept for people
 * @param broken segments and cursors that cannot be used and were not set aside yet
 * @param foreign files that are not of a log
 */
public record Survey(
    String stream,
    int version,
    long next,
    List<SegmentPart> segments,
    List<CursorPart> cursors,
    List<FilePart> spares,
    List<LockedPart> locked,
    List<FilePart> setAside,
    List<FilePart> broken,
    List<FilePart> foreign) {

  /** How a segment is, as far as its headers say. */
  public enum State {
    WHOLE,
    /** The last one: the log goes on behind it. */
    TAIL,
    /** Commits are missing between others. */
    DAMAGED
  }

  /**
   * A segment.
   *
   * @param first lowest seq in it
   * @param end the seq after the last one in it
   * @param records in it
   * @param readings in them
   * @param commits in it
   * @param payload bytes of the records without headers
   * @param bound bytes of the file that count
   * @param allocated bytes of the file
   * @param createdMillis ms since 1970; 0 when the clock was not trusted
   * @param newestMillis of its newest commit; 0 when the clock was not trusted
   * @param key id of the key that it is encrypted with; empty when it is not
   */
  public record SegmentPart(
      Path file,
      long number,
      long first,
      long end,
      long records,
      long readings,
      long commits,
      long payload,
      long bound,
      long allocated,
      long createdMillis,
      long newestMillis,
      String key,
      State state) {}

  /**
   * A segment that is encrypted.
   *
   * @param key id of its key; empty when its header cannot be read
   * @param keyHere whether that is not what is missing
   * @param first lowest seq in it; 0 when nobody waits for what it holds
   * @param end the seq after the last one in it
   */
  public record LockedPart(
      Path file, String key, boolean keyHere, long first, long end, long bytes) {

    /** Whether the log cannot be read in full for want of the key. */
    public boolean wanted() {
      return first > 0;
    }
  }

  /**
   * The cursor of an uplink.
   *
   * @param readable whether the file says anything; else the uplink gets everything again
   * @param low the lowest seq that is not acknowledged
   * @param records not acknowledged and there
   * @param payload their bytes; of a commit that is acknowledged in part, in proportion
   * @param oldestMillis when the oldest of them was written; 0 when not known
   * @param locked not acknowledged, there, and encrypted with a key that is not here
   * @param missing not acknowledged and not there
   * @param open not acknowledged from here on
   * @param ranges not acknowledged below: first, last, first, last …
   */
  public record CursorPart(
      String uplink,
      Path file,
      boolean readable,
      long low,
      long records,
      long payload,
      long oldestMillis,
      long locked,
      long missing,
      long open,
      List<Long> ranges) {

    /** Whether a seq is not acknowledged. */
    public boolean wants(long seq) {
      for (int i = 0; i < ranges.size(); i += 2) {
        if (ranges.get(i) <= seq && seq <= ranges.get(i + 1)) {
          return true;
        }
      }
      return seq >= open;
    }

    /** What is not acknowledged from first to last: first, last, first, last … */
    public List<Long> wantedOf(long first, long last) {
      List<Long> wanted = new ArrayList<>();
      for (int i = 0; i <= ranges.size(); i += 2) {
        boolean above = i == ranges.size();
        long from = Math.max(first, above ? open : ranges.get(i));
        long to = Math.min(last, above ? Long.MAX_VALUE : ranges.get(i + 1));
        if (from <= to) {
          wanted.add(from);
          wanted.add(to);
        }
      }
      return wanted;
    }
  }

  /** A file. */
  public record FilePart(Path file, long bytes) {}
}
