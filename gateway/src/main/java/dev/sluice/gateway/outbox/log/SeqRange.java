package dev.sluice.gateway.outbox.log;

/** Something to know about all seqs from one to another, inclusive. */
@FunctionalInterface
interface SeqRange {

  boolean test(long first, long last);
}
