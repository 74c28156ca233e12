package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our few items against those of another implementation. */
class CborTest {

  @Test
  void whatWeWriteIsWhatJacksonReadsAndWrites() throws IOException, RecordFormatException {
    var random = new Random(Seed.of(CborTest.class));
    int rounds = Seed.rounds(20_000, 1_000_000);
    for (int round = 0; round < rounds; round++) {
      long number = random.nextLong() >> random.nextInt(64);
      double real = random.nextBoolean() ? (float) random.nextGaussian() : random.nextGaussian();
      String text = "ä".repeat(random.nextInt(300));
      var ours = new CborWriter(16);
      ours.array(5);
      ours.integer(number);
      ours.unsigned(number);
      ours.number(Double.doubleToRawLongBits(real));
      ours.text(text);
      ours.bool((number & 1) != 0);
      byte[] bytes = ours.toBytes();

      try (CBORParser parser = new CBORFactory().createParser(bytes)) {
        assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
        assertThat(parser.nextLongValue(~number)).isEqualTo(number);
        parser.nextToken();
        assertThat(parser.getBigIntegerValue())
            .isEqualTo(new BigInteger(Long.toUnsignedString(number)));
        parser.nextToken();
        assertThat(parser.getDoubleValue()).isEqualTo(real);
        assertThat(parser.nextTextValue()).isEqualTo(text);
        assertThat(parser.nextBooleanValue()).isEqualTo((number & 1) != 0);
        assertThat(parser.nextToken()).isEqualTo(JsonToken.END_ARRAY);
      }

      var in = new CborReader(bytes);
      assertThat(in.array()).isEqualTo(5);
      assertThat(in.integer()).isEqualTo(number);
      assertThat(in.unsigned()).isEqualTo(number);
      assertThat(in.number()).isEqualTo(Double.doubleToRawLongBits(real));
      assertThat(in.text()).isEqualTo(text);
      assertThat(in.bool()).isEqualTo((number & 1) != 0);
      assertThat(in.atEnd()).isTrue();

      assertThat(jackson(number)).isEqualTo(Arrays.copyOfRange(bytes, 1, 1 + headOf(number)));
    }
  }

  private static byte[] jackson(long number) throws IOException {
    var out = new ByteArrayOutputStream();
    try (CBORGenerator generator = new CBORFactory().createGenerator(out)) {
      generator.writeNumber(number);
    }
    return out.toByteArray();
  }

  private static int headOf(long number) {
    var out = new CborWriter(16);
    out.integer(number);
    return out.size();
  }
}
