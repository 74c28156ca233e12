package dev.sluice.driver.modbus.identity;

import com.ghgande.j2mod.modbus.msg.ReadMEIRequest;
import com.ghgande.j2mod.modbus.msg.ReadMEIResponse;
import com.ghgande.j2mod.modbus.msg.ReportSlaveIDRequest;
import com.ghgande.j2mod.modbus.msg.ReportSlaveIDResponse;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a unit who it is: by function 43 with type 14 (sections 6.21, basic objects), and where it
 * does not know that, by function 17 (section 6.13).
 */
public final class Identities {

  /** The basic objects, in the order of their ids. */
  private static final List<String> OBJECTS = List.of("vendor", "product", "revision");

  private static final int BASIC = 1;
  private static final int NUMBER_AT = 6;
  private static final int FIRST_OBJECT_AT = 7;
  private static final int MAX_PDU = 253;

  /** Fewer characters could as well be numbers. */
  private static final int SHORTEST_TEXT = 4;

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private Identities() {}

  /**
   * Asks.
   *
   * @return what the unit says, in its order; fails if it answers neither question
   */
  public static Future<Map<String, String>> of(Link link, Unit unit, PollRequest how) {
    RareRequest objects = objects();
    return link.send(unit, objects, how)
        .compose(answer -> read(() -> objectsOf(objects, answer)))
        .recover(
            unknown -> {
              RareRequest id = serverId();
              return link.send(unit, id, how).compose(answer -> read(() -> serverIdOf(id, answer)));
            });
  }

  private interface Reading {
    Map<String, String> read() throws PollException;
  }

  private static Future<Map<String, String>> read(Reading reading) {
    try {
      return Future.succeededFuture(reading.read());
    } catch (PollException e) {
      return Future.failedFuture(e);
    }
  }

  static RareRequest objects() {
    var request = new ReadMEIRequest(BASIC, 0);
    return new RareRequest(request, 60, Identities::endOfObjects, "fc43/14 identification");
  }

  static RareRequest serverId() {
    return new RareRequest(
        new ReportSlaveIDRequest(), 20, Identities::endOfServerId, "fc17 server id");
  }

  /** Function, type, level, conformity, more, next, number; then id, length and text each. */
  private static int endOfObjects(byte[] pdu, int offset, int available) {
    if (available >= 2 && pdu[offset + 1] != 0x0E) {
      return Request.FOREIGN;
    }
    if (available <= NUMBER_AT) {
      return Request.MORE;
    }
    int number = pdu[offset + NUMBER_AT] & 0xFF;
    int at = FIRST_OBJECT_AT;
    for (int i = 0; i < number; i++) {
      if (available < at + 2) {
        return Request.MORE;
      }
      at += 2 + (pdu[offset + at + 1] & 0xFF);
      if (at > MAX_PDU) {
        return Request.FOREIGN;
      }
    }
    return at;
  }

  private static int endOfServerId(byte[] pdu, int offset, int available) {
    if (available < 2) {
      return Request.MORE;
    }
    int end = 2 + (pdu[offset + 1] & 0xFF);
    return end > MAX_PDU ? Request.FOREIGN : end;
  }

  private static Map<String, String> objectsOf(RareRequest request, Answer answer)
      throws PollException {
    ReadMEIResponse reply = request.read(answer.pdu(), answer.dataOffset(), new ReadMEIResponse());
    var identity = new LinkedHashMap<String, String>();
    for (int i = 0; i < reply.getFieldCount(); i++) {
      int id = reply.getFieldId(i);
      String text = printable(String.valueOf(reply.getField(i)));
      identity.put(id < OBJECTS.size() ? OBJECTS.get(id) : "object " + id, text);
    }
    return identity;
  }

  /** How long the id is nobody but the vendor knows; some write text, most a byte. */
  private static Map<String, String> serverIdOf(RareRequest request, Answer answer)
      throws PollException {
    ReportSlaveIDResponse reply =
        request.read(answer.pdu(), answer.dataOffset(), new ReportSlaveIDResponse());
    var identity = new LinkedHashMap<String, String>();
    int count = answer.pdu().length() - answer.dataOffset() - 1;
    byte[] all = answer.pdu().getBytes(answer.dataOffset() + 1, answer.dataOffset() + 1 + count);
    int text = 0;
    while (text < all.length && all[text] >= ' ' && all[text] < 0x7F) {
      text++;
    }
    if (text >= SHORTEST_TEXT) {
      identity.put("server", new String(all, 0, text, StandardCharsets.US_ASCII).strip());
      return identity;
    }
    identity.put("server id", String.valueOf(reply.getSlaveID()));
    identity.put("running", reply.getStatus() ? "yes" : "no");
    byte[] more = reply.getData();
    if (more != null && more.length > 0) {
      String words = new String(more, StandardCharsets.ISO_8859_1);
      boolean isText = words.chars().allMatch(c -> c == 0 || (c >= ' ' && c < 0x7F));
      identity.put("more", isText ? printable(words) : HEX.formatHex(more));
    }
    return identity;
  }

  private static String printable(String text) {
    var printable = new StringBuilder();
    text.chars().map(c -> c >= ' ' && c < 0x7F ? c : '.').forEach(c -> printable.append((char) c));
    return printable.toString().replaceAll("[. ]+$", "");
  }
}
