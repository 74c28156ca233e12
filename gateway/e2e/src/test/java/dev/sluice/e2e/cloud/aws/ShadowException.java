package dev.sluice.e2e.cloud.aws;

/** Why a shadow refused a request. */
final class ShadowException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int code;

  ShadowException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
