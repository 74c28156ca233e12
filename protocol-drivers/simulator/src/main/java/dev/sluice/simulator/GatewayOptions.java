package dev.sluice.simulator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a gateway configuration says beside the plant. */
final class GatewayOptions {

  @Option(names = "--gateway", defaultValue = "demo", description = "Its id. Default: demo.")
  private String id = "demo";

  @Option(names = "--outbox", paramLabel = "DIR", description = "Directory of its outbox.")
  private @Nullable Path outbox;

  @Option(names = "--http", paramLabel = "PORT", description = "Its HTTP port on loopback.")
  private @Nullable Integer http;

  @Option(
      names = "--compression",
      defaultValue = "zstd",
      description = "Of what it sends: zstd or none. Default: zstd.")
  private String compression = "zstd";

  String id() {
    return id;
  }

  Path outbox() {
    if (outbox == null) {
      throw new IllegalArgumentException("--outbox: found nothing, expected a directory");
    }
    return outbox.toAbsolutePath();
  }

  @Nullable Integer http() {
    return http;
  }

  String compression() {
    if (!compression.equals("zstd") && !compression.equals("none")) {
      throw new IllegalArgumentException(
          "--compression: found " + compression + ", expected zstd or none");
    }
    return compression;
  }
}
