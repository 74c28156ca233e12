package dev.sluice.gateway.batch;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** Gives equal columns one object, for as long as a device holds it. Not thread-safe. */
final class ColumnPool {

  private final Map<Column, WeakReference<RecordColumn>> columns = new WeakHashMap<>();

  RecordColumn of(Column column) {
    WeakReference<RecordColumn> held = columns.get(column);
    @Nullable RecordColumn found = held == null ? null : held.get();
    if (found == null) {
      found = new RecordColumn(column);
      columns.remove(column); // its key may be about to go with the column that held it
      columns.put(column, new WeakReference<>(found));
    }
    return found;
  }
}
