package dev.sluice.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.gateway.acquire.SystemClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Who may know whom. A rule that fails here is a wall that was broken through. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final int MOST_LINES = 400;

  private static final String ROOT = "dev.sluice.gateway";

  @ArchTest
  static final ArchRule driverApiKnowsVertxCoreAndNothingElse =
      classes()
          .that()
          .resideInAPackage("dev.sluice.driver")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.driver", "java..", "io.vertx.core..", "org.jspecify.annotations");

  @ArchTest
  static final ArchRule driversKnowTheDriverApiOnly =
      noClasses()
          .that()
          .resideInAnyPackage("dev.sluice.driver..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "..");

  @ArchTest
  static final ArchRule modbusDoesNotKnowOtherDrivers =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.driver.modbus..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.sluice.driver.text..", "dev.sluice.driver.testkit..");

  @ArchTest
  static final ArchRule textDoesNotKnowOtherDrivers =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.driver.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.sluice.driver.modbus..", "dev.sluice.driver.testkit..");

  @ArchTest
  static final ArchRule serialPortsKnowNoDriver =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.driver.serial..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.driver.modbus..",
              "dev.sluice.driver.text..",
              "dev.sluice.driver.testkit..");

  @ArchTest
  static final ArchRule theGatewayNamesNoDriver =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.driver.modbus..",
              "dev.sluice.driver.text..",
              "dev.sluice.driver.serial..",
              "dev.sluice.driver.testkit..",
              "dev.sluice.simulator..");

  @ArchTest
  static final ArchRule theLogKnowsJavaOnly =
      classes()
          .that()
          .resideInAPackage(ROOT + ".outbox.log")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".outbox.log", "java..", "javax.crypto..", "org.jspecify.annotations");

  @ArchTest
  static final ArchRule acquireKnowsNoLaterStage =
      stage("acquire", "normalize..", "batch..", "outbox..", "uplink..", "command..");

  @ArchTest
  static final ArchRule normalizeKnowsAcquireOnly =
      stage("normalize", "batch..", "outbox..", "uplink..", "command..");

  @ArchTest
  static final ArchRule commandKnowsTheLinesOnly =
      stage("command", "normalize..", "batch..", "outbox..", "uplink..");

  @ArchTest static final ArchRule batchDoesNotKnowTheUplink = stage("batch", "uplink..");

  @ArchTest
  static final ArchRule theOutboxKnowsNoStage =
      stage("outbox", "acquire..", "normalize..", "batch..", "uplink..");

  @ArchTest
  static final ArchRule theUplinkKnowsTheOutboxAndTheRecordFormat =
      stage("uplink", "acquire..", "normalize..");

  @ArchTest
  static final ArchRule stagesDoNotKnowWhoSetsThemUpOrWatchesThem =
      noClasses()
          .that()
          .resideInAnyPackage(
              in("acquire.."),
              in("normalize.."),
              in("batch.."),
              in("outbox.."),
              in("uplink.."),
              in("command.."))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(in("config.."), in("observe.."), in("cli.."), ROOT));

  @ArchTest
  static final ArchRule onlyTheRootAndTheCommandLineSeeEverything =
      noClasses()
          .that()
          .resideInAnyPackage(in("config.."), in("observe.."))
          .should()
          .dependOnClassesThat(resideInAnyPackage(in("cli.."), ROOT));

  @ArchTest
  static final ArchRule noPackageCycles =
      slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

  @ArchTest static final ArchRule mqttOnlyInItsPackage = fence("uplink.mqtt", "io.vertx.mqtt..");

  @ArchTest static final ArchRule webOnlyInItsPackage = fence("observe.http", "io.vertx.ext.web..");

  @ArchTest
  static final ArchRule yamlAndDatabindOnlyInConfig =
      fence("config", "org.yaml..", "com.fasterxml.jackson.databind..", "com.networknt.schema..");

  @ArchTest static final ArchRule picocliOnlyInTheCommandLine = fence("cli", "picocli..");

  @ArchTest
  static final ArchRule tokensOnlyInTheirPackage = fence("uplink.clearblade", "com.auth0..");

  @ArchTest
  static final ArchRule serialPortsOnlyInTheirModule =
      noClasses()
          .that(not(resideInAnyPackage("dev.sluice.driver.serial..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fazecast..");

  @ArchTest
  static final ArchRule theWallClockIsReadInOnePlace =
      noClasses()
          .that(
              resideInAnyPackage("dev.sluice.driver..", ROOT + "..")
                  .and(not(equivalentTo(SystemClock.class))))
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that(
              resideInAnyPackage("dev.sluice.driver..", ROOT + "..")
                  .and(not(resideInAnyPackage(in("cli.."), "dev.sluice.driver.testkit..")))
                  // Log lines go to standard error, where the service manager takes them.
                  .and(not(nameMatching(".*\\.observe\\.Log.*"))))
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?");

  @ArchTest
  static void everyPackageSaysWhatMayBeNull(JavaClasses all) {
    var without = new TreeSet<String>();
    for (JavaClass each : all) {
      if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
        without.add(each.getPackageName());
      }
    }
    assertThat(without).as("packages without @NullMarked in package-info.java").isEmpty();
  }

  /**
   * What is public is what a neighbour may use: a wider door is opened on purpose or not at all.
   */
  @ArchTest
  static void publicTypesAreThoseOfTheList(JavaClasses all) throws IOException {
    var found = new TreeSet<String>();
    for (JavaClass each : all) {
      if (each.getPackageName().startsWith(ROOT)
          && each.getModifiers().contains(JavaModifier.PUBLIC)
          && each.isTopLevelClass()) {
        found.add(each.getName().substring(ROOT.length() + 1));
      }
    }
    try (InputStream list = ArchitectureTest.class.getResourceAsStream("public-types.txt")) {
      var listed = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(found).containsExactlyElementsOf(new TreeSet<>(listed));
    }
  }

  /** A file has one reason to change; beyond this length it has found a second one. */
  @ArchTest
  static void noMainFileIsLongerThan400Lines(JavaClasses all) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      List<String> tooLong =
          files
              .filter(file -> file.toString().contains("src/main/java"))
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> lines(file) > MOST_LINES)
              .map(Path::toString)
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArchRule stage(String stage, String... unknown) {
    var packages = new String[unknown.length];
    for (int i = 0; i < unknown.length; i++) {
      packages[i] = in(unknown[i]);
    }
    return noClasses()
        .that()
        .resideInAPackage(in(stage + ".."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static ArchRule fence(String inside, String... libraries) {
    return noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackage(in(inside + ".."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }

  private static String in(String stage) {
    return ROOT + "." + stage;
  }
}
