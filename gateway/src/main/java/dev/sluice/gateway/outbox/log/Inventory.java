package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a directory, looked at and not touched.
 *
 * @param segments with a header that can be read and is whole
 * @param damaged segments whose header is not whole
 * @param blank segment files of nothing but zeros
 * @param unreadable segments that the disk does not read now
 * @param spares files that wait to be written again; without a header one that cannot be
 * @param locked encrypted segments set aside for want of a key; without a header those of which
 *     nothing is known
 * @param cursors in files
 * @param leftovers temporary files
 */
record Inventory(
    List<Candidate> segments,
    List<Candidate> damaged,
    List<Path> blank,
    List<Candidate> unreadable,
    List<Candidate> spares,
    List<Candidate> locked,
    List<CursorFound> cursors,
    List<Path> leftovers) {

  private static final String SEGMENT = ".seg";
  private static final int ATTEMPTS = 3;
  private static final int PIECE = 64 * 1024;
  private static final Pattern NAME =
      Pattern.compile("([0-9]{10})-([0-9]{20})\\.seg(\\" + LockedSegments.SUFFIX + ")?");

  /** A segment file; the header is null unless it is among {@link #segments} or spare. */
  record Candidate(Path path, long size, @Nullable SegmentHeader header) {

    SegmentHeader knownHeader() {
      if (header == null) {
        throw new IllegalStateException("BUG: " + path + " is no valid segment");
      }
      return header;
    }

    /** The number in its name, 0 when there is none. */
    long number() {
      return fromName(1);
    }

    /** No seq in this file is above, as far as its name is right; 0 when it says nothing. */
    long mostSeq() {
      long first = fromName(2);
      return first == 0 ? 0 : first + size / Frame.BYTES;
    }

    private long fromName(int group) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      // More than 18 digits do not fit a long, and no log of ours comes near.
      return name.matches() && name.group(group).length() - zeros(name.group(group)) <= 18
          ? Long.parseLong(name.group(group))
          : 0;
    }

    private static int zeros(String digits) {
      int zeros = 0;
      while (zeros < digits.length() && digits.charAt(zeros) == '0') {
        zeros++;
      }
      return zeros;
    }
  }

  /** A cursor file and what it holds. */
  record CursorFound(Path path, CursorFile.Loaded loaded) {

    /** Whose it is, as its content says, else its name; null when nobody can tell. */
    @Nullable String uplink() {
      CursorState state = loaded.state();
      return state == null ? CursorFile.uplink(path.getFileName().toString()) : state.uplink();
    }
  }

  /**
   * Looks at all files.
   *
   * @throws NewerFormatException when one is of a newer version
   */
  static Inventory of(FileOps files, Path directory) throws IOException {
    Inventory inventory =
        new Inventory(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    for (FileOps.Listed file : files.list(directory)) {
      inventory.add(files, file);
    }
    return inventory;
  }

  /** Whether a file of this name belongs to a log. */
  static boolean isOurs(String name) {
    return name.endsWith(SEGMENT)
        || name.endsWith(CursorFile.SUFFIX)
        || name.endsWith(SEGMENT + Spares.SUFFIX)
        || name.endsWith(SEGMENT + LockedSegments.SUFFIX)
        || name.endsWith(CursorFile.TEMPORARY)
        || SetAside.isSetAside(name);
  }

  /** All segment files, whatever became of them, except blank ones. */
  List<Candidate> all() {
    List<Candidate> all = new ArrayList<>(segments);
    all.addAll(damaged);
    all.addAll(unreadable);
    all.addAll(spares);
    all.addAll(locked);
    return all;
  }

  /** Above the number of every file. */
  long nextNumber() {
    long number = 1;
    for (Candidate candidate : all()) {
      SegmentHeader header = candidate.header();
      number = Math.max(number, candidate.number() + 1);
      number = Math.max(number, header == null ? 1 : header.number() + 1);
    }
    return number;
  }

  /** Above what a file behind the tail may have held, when only its name can be read. */
  long mostSeqBehind(long tailNumber) {
    List<Candidate> silent = new ArrayList<>(damaged);
    silent.addAll(unreadable);
    long most = 0;
    for (Candidate candidate : silent) {
      if (candidate.number() > tailNumber) {
        most = Math.max(most, candidate.mostSeq());
      }
    }
    return most;
  }

  /** What the cursors say; of two files of one uplink, the one that can be read and is newer. */
  Map<String, CursorFile.Loaded> cursorsByUplink() {
    Map<String, CursorFile.Loaded> byUplink = new TreeMap<>();
    for (CursorFound found : cursors) {
      String uplink = found.uplink();
      if (uplink != null) {
        byUplink.merge(uplink, found.loaded(), (a, b) -> generation(a) >= generation(b) ? a : b);
      }
    }
    return byUplink;
  }

  private static long generation(CursorFile.Loaded loaded) {
    CursorState state = loaded.state();
    return state == null ? 0 : state.generation();
  }

  private void add(FileOps files, FileOps.Listed file) throws IOException {
    String name = file.path().getFileName().toString();
    try {
      if (name.endsWith(SEGMENT)) {
        addSegment(files, file);
      } else if (name.endsWith(CursorFile.SUFFIX)) {
        cursors.add(new CursorFound(file.path(), CursorFile.load(files, file.path())));
      } else if (name.endsWith(SEGMENT + Spares.SUFFIX)) {
        spares.add(candidate(files, file));
      } else if (name.endsWith(SEGMENT + LockedSegments.SUFFIX)) {
        locked.add(candidate(files, file));
      } else if (name.endsWith(CursorFile.TEMPORARY)) {
        leftovers.add(file.path());
      }
    } catch (NoSuchFileException e) {
      return; // gone since the listing
    }
  }

  private void addSegment(FileOps files, FileOps.Listed file) throws IOException {
    Candidate unknown = new Candidate(file.path(), file.size(), null);
    ByteBuffer page = null;
    for (int i = 0; i < ATTEMPTS && page == null; i++) {
      page = firstPage(files, file.path());
    }
    if (page == null) {
      unreadable.add(unknown);
      return;
    }
    SegmentHeader header = SegmentHeader.decode(page, file.path(), new Checksum());
    if (header != null) {
      segments.add(new Candidate(file.path(), file.size(), header));
    } else if (blank(files, file)) {
      blank.add(file.path());
    } else {
      damaged.add(unknown);
    }
  }

  private static Candidate candidate(FileOps files, FileOps.Listed file) throws IOException {
    ByteBuffer page = firstPage(files, file.path());
    SegmentHeader header =
        page == null ? null : SegmentHeader.decode(page, file.path(), new Checksum());
    return new Candidate(file.path(), file.size(), header);
  }

  private static @Nullable ByteBuffer firstPage(FileOps files, Path path) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(SegmentHeader.PAGE);
    try (OpenFile opened = files.open(path, false)) {
      opened.read(page, 0);
      return page.flip();
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      return null; // counted below us
    }
  }

  /** Only zeros to the end: a lost first page says nothing about the commits behind it. */
  private static boolean blank(FileOps files, FileOps.Listed file) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    try (OpenFile opened = files.open(file.path(), false)) {
      long at = 0;
      while (opened.read(piece.clear(), at) > 0) {
        piece.flip();
        at += piece.limit();
        if (!zeros(piece)) {
          return false;
        }
      }
      return at >= file.size(); // else the disk holds back what the file system knows of
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      return false; // counted below us; what it holds is not known
    }
  }

  private static boolean zeros(ByteBuffer page) {
    for (int i = 0; i < page.limit(); i++) {
      if (page.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
