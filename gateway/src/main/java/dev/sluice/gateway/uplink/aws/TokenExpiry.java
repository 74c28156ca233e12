package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Until when a token is good, where it is a JSON Web Token and says so (RFC 7519, 4.1.4). Told to
 * people only: whether it is good, its authorizer decides.
 */
final class TokenExpiry {

  private static final int MOST_DEEP = 10;

  private TokenExpiry() {}

  /** Seconds since 1970; 0 when that is not known. */
  static long of(@Nullable String token) {
    String[] parts = token == null ? new String[0] : token.split("\\.", -1);
    if (parts.length != 3) {
      return 0;
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
      return Math.max(0, Json.number(Documents.read(Buffer.buffer(claims), MOST_DEEP), "exp", 0));
    } catch (DocumentException | IllegalArgumentException e) {
      return 0; // another kind of token
    }
  }
}
