package dev.sluice.gateway.outbox.dead;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A disk under letters on which every call hangs until it is back. */
public final class HungDisk {

  private final CountDownLatch back = new CountDownLatch(1);

  /** The threads that it holds. */
  public final Set<Thread> held = ConcurrentHashMap.newKeySet();

  /** Letters that it should keep. */
  public DeadLetters letters(Vertx vertx, Path outbox, Duration limit) {
    var files =
        (FileOps)
            Proxy.newProxyInstance(
                FileOps.class.getClassLoader(),
                new Class<?>[] {FileOps.class},
                (self, method, arguments) -> {
                  held.add(Thread.currentThread());
                  back.await();
                  held.remove(Thread.currentThread());
                  try {
                    method.setAccessible(true);
                    return method.invoke(FileOps.DISK, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    var box = new LetterBox(outbox.resolve(LetterBox.DIRECTORY), files, Keys.NONE);
    return new DeadLetters(vertx, new LetterStore(box, files, 1 << 20), limit);
  }

  /** It answers again. */
  public void release() {
    back.countDown();
  }
}
