package dev.sluice.gateway.outbox.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/**
 * Runs tests without a framework, for a process that tries them on changed classes: the first that
 * fails is named, and the exit code is 1.
 */
final class RunTests {

  private RunTests() {}

  /** Arguments: {@code Class#method} or {@code Class}, of this package. */
  public static void main(String[] args) throws ReflectiveOperationException {
    for (String arg : args) {
      String[] names = arg.split("#");
      Class<?> type = Class.forName(RunTests.class.getPackageName() + "." + names[0]);
      for (Method method : type.getDeclaredMethods()) {
        boolean wanted = names.length == 1 || method.getName().equals(names[1]);
        if (wanted && method.isAnnotationPresent(Test.class)) {
          run(type, method);
        }
      }
    }
    System.out.println("green");
  }

  private static void run(Class<?> type, Method method) throws ReflectiveOperationException {
    method.setAccessible(true);
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    try {
      method.invoke(constructor.newInstance());
    } catch (InvocationTargetException e) {
      System.out.println("red " + type.getSimpleName() + "." + method.getName());
      e.getCause().printStackTrace(System.out);
      System.exit(1);
    }
  }
}
