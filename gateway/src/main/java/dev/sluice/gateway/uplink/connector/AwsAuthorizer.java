package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A custom authorizer of AWS IoT Core: a function of the owner's that decides by a token. Its
 * parameters travel in the user name, as AWS has it.
 *
 * @param name of the authorizer
 * @param username before the parameters; may be empty
 * @param tokenKey the name under which the token is told; empty where tokens are not signed
 * @param token what is signed; empty where tokens are not signed
 * @param signature of the token, base64; empty where tokens are not signed
 */
public record AwsAuthorizer(
    String name, String username, String tokenKey, String token, String signature) {

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
    boolean all = !tokenKey.isEmpty() && !token.isEmpty() && !signature.isEmpty();
    boolean none = tokenKey.isEmpty() && token.isEmpty() && signature.isEmpty();
    if (!all && !none) {
      problems.add(
          new SettingsProblem(
              "aws-iot/authorizer",
              "some of tokenKey, token and signature",
              "all three or none",
              "an authorizer that checks signatures wants all of them"));
    }
    if (token.chars().anyMatch(c -> c <= ' ' || c == '&')) {
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
