package dev.sluice.e2e.cloud.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures that were computed elsewhere, the second and the third by Microsoft's client. */
class SasTokenTest {

  @ParameterizedTest
  @CsvSource({
    "myhub.azure-devices.net%2Fdevices%2Fdevice1, e1pyi8RFvgp7aMja4YBXPvgOCeV9awkCGv0Rwyw1Ky8%3D",
    "myhub.azure-devices.net/devices/device1, Md%2BiVu1WaVtTga4lT2JVC5%2B88A8wG%2B93Bka3mRjC2%2FA%3D",
    "0ne00000001%2Fregistrations%2Freg-1, t6AVfmjdlfFzEHKIiCcYlaWr5RSi63Ch0NpICh7d534%3D"
  })
  void aSignatureCoversTheResourceAsItStands(String resource, String signature) {
    SasToken token =
        SasToken.parse(
            "SharedAccessSignature sr=" + resource + "&sig=" + signature + "&se=1893456000");
    assertThat(token.isSignedBy(Sas.KEY)).isTrue();
    assertThat(token.isSignedBy(Sas.KEY.replace('M', 'N'))).isFalse();
    assertThat(Sas.token(resource, Sas.KEY, 1893456000, "")).contains(signature);
  }

  @ParameterizedTest
  @CsvSource({
    "SharedAccessSignature sr=a&se=1, the token has no sig",
    "Bearer abc, the password is no SharedAccessSignature",
    "SharedAccessSignature sr=a&sig=ab+c&se=1, the signature is not percent-encoded",
    "SharedAccessSignature sr=a&sr=b&sig=a&se=1, the token has a malformed or repeated field"
  })
  void whatIsNoTokenIsNamed(String text, String reason) {
    assertThatThrownBy(() -> SasToken.parse(text)).hasMessage(reason);
  }

  @Test
  void aTokenShowsNoSignature() {
    assertThat(SasToken.parse(Sas.token("a", Sas.KEY, 1, ""))).hasToString("sr=a se=1 skn=null");
  }
}
