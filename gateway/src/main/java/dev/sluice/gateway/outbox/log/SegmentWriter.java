package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends commits to one segment file. After the first exception it must not be used again, except
 * to {@link #abandon} it. Writing thread only.
 */
final class SegmentWriter {

  private final FileOps files;
  private final Path directory;
  private final Segment segment;
  private final OpenFile file;
  private final CommitBuffer buffer;
  private final @Nullable CommitCipher cipher;

  /** Bytes that the file had when it was taken; 0 when it was made. */
  private final long taken;

  /** Where the next commit goes; only the header page is not a commit. */
  private long at = SegmentHeader.PAGE;

  private SegmentWriter(
      FileOps files, Path directory, Segment segment, OpenFile file, CommitBuffer buffer) {
    this.files = files;
    this.directory = directory;
    this.segment = segment;
    this.file = file;
    this.buffer = buffer;
    this.cipher = buffer.keys().cipher(segment.header());
    this.taken = segment.allocated();
  }

  /** Makes the file; nothing in it counts before the first commit. */
  static SegmentWriter create(
      FileOps files, Path directory, SegmentHeader header, CommitBuffer buffer) throws IOException {
    Path path = directory.resolve(header.fileName());
    OpenFile file = files.create(path);
    Segment segment = Segment.fresh(path, header, buffer.keys(), 0);
    return new SegmentWriter(files, directory, segment, file, buffer);
  }

  /** Takes a file that was another segment; nothing in it counts before the first commit. */
  static SegmentWriter reuse(
      FileOps files,
      Path directory,
      SegmentHeader header,
      CommitBuffer buffer,
      Spares.Spare spare,
      Spares spares)
      throws IOException {
    Path path = directory.resolve(header.fileName());
    OpenFile file = spares.open(spare, path);
    Segment segment = Segment.fresh(path, header, buffer.keys(), spare.bytes());
    return new SegmentWriter(files, directory, segment, file, buffer);
  }

  Segment segment() {
    return segment;
  }

  /** Bytes of the file when all that was written counts. */
  long size() {
    return at;
  }

  /**
   * Whether a commit of so many bytes belongs here, too. A file that was taken does not get longer:
   * on a full disk that would fail, and whoever is quicker has the room of a file that failed.
   */
  boolean fits(long bytes, long segmentBytes) {
    return at + bytes <= (taken > 0 ? taken : segmentBytes);
  }

  boolean fresh() {
    return segment.bytes() == 0;
  }

  /** Writes and forces one commit; when this returns its records are durable and readable. */
  void commit(List<Entry> entries, long firstSeq, LogClock clock, int announcementKind)
      throws IOException {
    long wallMillis = clock.trusted() ? Math.max(0, clock.millis()) : 0;
    ByteBuffer commit = buffer.encode(entries, firstSeq, wallMillis, announcementKind, place());
    long end = at + commit.remaining();
    boolean first = fresh();
    if (first) {
      file.write(buffer.encode(segment.header()), 0);
    }
    file.write(commit, at);
    file.force(first);
    if (first) {
      files.forceDirectory(directory);
    }
    at = end;
    segment.grow(end, firstSeq + entries.size(), wallMillis, clock.nanos());
  }

  /**
   * Says that the log ended here, so that a lost last commit can be told from none. What the file
   * has beyond goes: the log goes on in another one, and room that is not used counts as used.
   */
  void seal(long wallMillis) throws IOException {
    file.write(buffer.encodeSeal(segment.end(), wallMillis, place()), at);
    long end = at + SegmentHeader.PAGE;
    boolean longer = segment.allocated() > end;
    if (longer) {
      file.truncate(end);
    }
    file.force(longer);
  }

  private CommitBuffer.Place place() {
    return new CommitBuffer.Place(segment.header(), cipher, at);
  }

  void close() throws IOException {
    file.close();
  }

  /** Gives the file up after a failure; what was not durable is cut off, as far as that works. */
  void abandon() {
    segment.poison();
    try (OpenFile closing = file) {
      if (!fresh()) {
        closing.truncate(segment.bytes());
        segment.cut(segment.bytes());
      }
    } catch (IOException e) {
      return; // counted below us; readers stop at what was forced, the next segment says the same
    }
  }
}
