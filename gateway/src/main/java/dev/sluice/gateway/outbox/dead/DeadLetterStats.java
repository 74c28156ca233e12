package dev.sluice.gateway.outbox.dead;

/**
 * What is kept of what could not be delivered, and what became of it since the start; a snapshot.
 *
 * @param letters that lie there
 * @param bytes that they take, in blocks of 4 KiB
 * @param kept letters written
 * @param evicted letters that went by the bound or for a full disk
 * @param lost records that could not be kept; they were announced as gaps all the same
 * @param resent letters that were asked for and delivered
 * @param refused letters that were asked for and refused again
 * @param damaged letters that cannot be read, whatever keys there are
 * @param locked letters whose key is not here
 */
public record DeadLetterStats(
    int letters,
    long bytes,
    long kept,
    long evicted,
    long lost,
    long resent,
    long refused,
    int damaged,
    int locked) {}
