package dev.sluice.gateway.uplink.sparkplug;

/** A metric that was, or is to be, born in this session. */
final class Known {

  /** One type of it; what a message must find born. */
  record Need(Known metric, int datatype) {

    /** Whether the last birth had it so. */
    boolean isBorn() {
      return metric.born == datatype;
    }
  }

  final String name;

  /** 0 for none; another one after a birth that repeats one of the same session of the node. */
  private long alias;

  /** As the next birth declares it. */
  private Need wanted;

  /** As the last birth declared it; 0 when it did not. */
  private int born;

  /** Acquisition time of the value in that birth; {@link Long#MIN_VALUE} when it had none. */
  private long bornMillis = Long.MIN_VALUE;

  Known(String name, long alias, int datatype) {
    this.name = name;
    this.alias = alias;
    this.wanted = new Need(this, datatype);
  }

  long alias() {
    return alias;
  }

  void alias(long number) {
    alias = number;
  }

  Need need(int datatype) {
    return wanted.datatype == datatype ? wanted : new Need(this, datatype);
  }

  void want(Need need) {
    wanted = need;
  }

  int datatype() {
    return wanted.datatype;
  }

  void born(long millis) {
    born = wanted.datatype;
    bornMillis = millis;
  }

  void unborn() {
    born = 0;
  }

  long bornMillis() {
    return bornMillis;
  }
}
