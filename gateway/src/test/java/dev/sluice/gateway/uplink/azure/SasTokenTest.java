package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that were computed elsewhere; the packaged gateway's meet the vendor's in e2e. */
class SasTokenTest {

  /** Of ASCII {@code 0123456789abcdef0123456789abcdef}. */
  static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @ParameterizedTest
  @CsvSource({
    "myhub.azure-devices.net/devices/device1, '',"
        + " myhub.azure-devices.net%2Fdevices%2Fdevice1, e1pyi8RFvgp7aMja4YBXPvgOCeV9awkCGv0Rwyw1Ky8%3D",
    "0ne00000001/registrations/reg-1, registration,"
        + " 0ne00000001%2Fregistrations%2Freg-1, t6AVfmjdlfFzEHKIiCcYlaWr5RSi63Ch0NpICh7d534%3D"
  })
  void aTokenHasTheSignatureThatIsPublished(
      String resource, String policy, String encoded, String signature) throws Exception {
    String token = SasToken.of(resource, DeviceKey.of(KEY), 1_893_456_000L, policy);
    assertThat(token)
        .isEqualTo(
            "SharedAccessSignature sr="
                + encoded
                + "&sig="
                + signature
                + "&se=1893456000"
                + (policy.isEmpty() ? "" : "&skn=" + policy));
  }

  /** Key and result as the vendor publishes them: a token of both keys is the same. */
  @Test
  void theKeyOfADeviceComesFromThatOfItsGroup() throws Exception {
    DeviceKey group =
        DeviceKey.of(
            "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==");
    DeviceKey derived = DeviceKey.of("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
    assertThat(group.derived("sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6").sign("x"))
        .isEqualTo(derived.sign("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HostName=h;SharedAccessKey=MDEy", "geheim!"})
  void whatIsNoKeyIsNotRepeated(String text) {
    assertThatThrownBy(() -> DeviceKey.of(text))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("expected a key in Base64")
        .message()
        .doesNotContain("geheim", "MDEy");
  }

  @Test
  void aKeyIsNotShown() throws Exception {
    assertThat(DeviceKey.of(KEY)).hasToString("a key");
  }
}
