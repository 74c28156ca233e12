package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ComplaintsTest {

  private final Complaints complaints = new Complaints("cloud");

  @Test
  void areCountedByWord() {
    complaints.add("attach_refused", "meter-1", "not found");
    complaints.add("attach_refused", "meter-2", "not found");
    complaints.add("shadow update 409", "thing", "version conflict");
    assertThat(complaints.count("attach_refused")).isEqualTo(2);
    assertThat(complaints.count("never")).isZero();
    assertThat(complaints.counts())
        .containsOnly(entry("attach_refused", 2L), entry("shadow_update_409", 1L));
  }

  @Test
  void codesFromOutsideDoNotMakeMetricsWithoutEnd() {
    for (int code = 0; code < 1_000; code++) {
      complaints.add("code " + code, "", "");
    }
    assertThat(complaints.counts()).hasSize(65).containsEntry("other", 936L);
    complaints.add("code 3", "", "");
    assertThat(complaints.count("code_3")).as("known ones go on").isEqualTo(2);
  }

  @Test
  void theLogHasTheFirstTheTenthTheHundredth() {
    var log = (Logger) LoggerFactory.getLogger(Complaints.class);
    var told = new ListAppender<ILoggingEvent>();
    told.start();
    log.addAppender(told);
    try {
      for (int i = 0; i < 250; i++) {
        complaints.add("rejected", "shadow", "because");
      }
    } finally {
      log.detachAppender(told);
    }
    assertThat(told.list)
        .extracting(event -> event.getKeyValuePairs().get(4).value)
        .containsExactly(1L, 10L, 100L);
  }
}
