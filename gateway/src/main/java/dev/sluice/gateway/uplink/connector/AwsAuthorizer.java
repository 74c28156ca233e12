package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A custom authorizer of AWS IoT Core: a function of the owner's that decides by a token. Its
 * parameters travel in the user name, as AWS has it.
 *
 * @param name of the authorizer
 * @param username before the parameters; may be empty
 * @param tokenKey the name under which the token is told; empty where tokens are not signed
 * @param token what is signed; empty where tokens are not signed
 * @param signature of the token, base64; empty where tokens are not signed
 * @param inFile whether token and signature stand in a file that is read at each attempt
 */
public record AwsAuthorizer(
    String name, String username, String tokenKey, String token, String signature, boolean inFile) {

  /**
   * The same with what its file says: the token in the first line, its signature in the second.
   *
   * @return null when the file says something else; it may be half-written
   */
  public @Nullable AwsAuthorizer told(String file) {
    List<String> lines = file.lines().map(String::strip).toList();
    boolean both = lines.size() == 2 && !lines.get(0).isEmpty() && !lines.get(1).isEmpty();
    return both && fits(lines.get(0))
        ? new AwsAuthorizer(name, username, tokenKey, lines.get(0), lines.get(1), false)
        : null;
  }

  private static boolean fits(String token) {
    return token.chars().noneMatch(c -> c <= ' ' || c == '&');
  }

  /** As it goes into CONNECT. */
  public String login() {
    var text = new StringBuilder(username);
    text.append("?x-amz-customauthorizer-name=").append(name);
    if (!signature.isEmpty()) {
      // As AWS wants it: the signature encoded as in a URL, the token as it is.
      String encoded =
          signature.contains("%")
              ? signature
              : URLEncoder.encode(signature, StandardCharsets.UTF_8);
      text.append("&x-amz-customauthorizer-signature=").append(encoded);
    }
    if (!token.isEmpty()) {
      text.append('&').append(tokenKey).append('=').append(token);
    }
    return text.toString();
  }

  List<SettingsProblem> problems() {
    var problems = new ArrayList<SettingsProblem>();
    if (inFile && (tokenKey.isEmpty() || !token.isEmpty() || !signature.isEmpty())) {
      problems.add(
          new SettingsProblem(
              "aws-iot/authorizer/tokenFile",
              tokenKey.isEmpty() ? "no tokenKey" : "token or signature beside it",
              "tokenKey and tokenFile",
              "the file has token and signature, a line each"));
      return problems;
    }
    boolean all = inFile || (!tokenKey.isEmpty() && !token.isEmpty() && !signature.isEmpty());
    boolean none = tokenKey.isEmpty() && token.isEmpty() && signature.isEmpty();
    if (!all && !none) {
      problems.add(
          new SettingsProblem(
              "aws-iot/authorizer",
              "some of tokenKey, token and signature",
              "all three, none, or tokenKey and tokenFile",
              "an authorizer that checks signatures wants all of them"));
    }
    if (!fits(token)) {
      problems.add(
          new SettingsProblem(
              "aws-iot/authorizer/token",
              "a token with & or white space",
              "one without",
              "it stands in the user name among other parameters"));
    }
    return problems;
  }

  /** Says nothing of the token. */
  @Override
  public String toString() {
    return "authorizer " + name;
  }
}
