package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import dev.sluice.gateway.outbox.log.Inventory.CursorFound;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is damaged in a directory beside records. */
final class FileCheck {

  private final FileOps files;
  private final Snapshot snapshot;
  private final List<Damage> damage = new ArrayList<>();

  FileCheck(FileOps files, Snapshot snapshot) {
    this.files = files;
    this.snapshot = snapshot;
  }

  /** Headers and cursors. */
  List<Damage> beforeRecords(boolean live) throws IOException {
    damage.clear();
    Inventory inventory = snapshot.inventory();
    for (Candidate segment : inventory.damaged()) {
      add(Damage.Kind.SEGMENT, segment.path(), 0, segment.size(), 0);
    }
    for (Candidate segment : inventory.unreadable()) {
      add(Damage.Kind.SEGMENT, segment.path(), 0, segment.size(), 0);
    }
    for (Path stray : snapshot.others()) {
      add(Damage.Kind.STRAY, stray, 0, 0, 0);
    }
    for (Segment segment : snapshot.chain()) {
      headers(segment);
    }
    for (CursorFound cursor : inventory.cursors()) {
      CursorState state = cursor.loaded().state();
      if (state == null || !state.stream().equals(snapshot.stream())) {
        add(Damage.Kind.CURSOR, cursor.path(), 0, 0, 0);
      } else if (cursor.loaded().damaged() && !live) {
        long slot = 1L - cursor.loaded().slot();
        add(Damage.Kind.CURSOR_SLOT, cursor.path(), slot * CursorState.SLOT, CursorState.SLOT, 0);
      }
    }
    return List.copyOf(damage);
  }

  /** What may be missing where the log ends. */
  List<Damage> afterRecords() {
    damage.clear();
    for (Segment segment : snapshot.dirty()) {
      add(Damage.Kind.UNFINISHED, segment.path(), SegmentHeader.PAGE, segment.bytes(), 0);
    }
    long end = snapshot.end();
    long next = snapshot.next();
    List<Segment> chain = snapshot.chain();
    if (next > end && !chain.isEmpty()) {
      Segment tail = chain.get(chain.size() - 1);
      damage.add(
          new Damage(
              Damage.Kind.UNFINISHED,
              tail.path(),
              tail.bytes(),
              tail.allocated() - tail.bytes(),
              end,
              next - 1,
              0));
    }
    return List.copyOf(damage);
  }

  private void add(Damage.Kind kind, Path file, long offset, long bytes, long first) {
    damage.add(new Damage(kind, file, offset, bytes, first, first, 0));
  }

  private void headers(Segment segment) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(SegmentHeader.PAGE);
    try (OpenFile file = files.open(segment.path(), false)) {
      file.read(page, 0);
    } catch (NoSuchFileException e) {
      return; // done with since we looked
    } catch (IOException e) {
      add(Damage.Kind.HEADER_COPY, segment.path(), 0, SegmentHeader.PAGE, 0);
      return;
    }
    int half = SegmentHeader.PAGE / 2;
    for (int at = 0; at <= half; at += half) {
      ByteBuffer one = ByteBuffer.allocate(half).put(page.slice(at, half)).flip();
      if (SegmentHeader.decode(one, segment.path(), new Checksum()) == null) {
        add(Damage.Kind.HEADER_COPY, segment.path(), at, half, 0);
      }
    }
  }
}
