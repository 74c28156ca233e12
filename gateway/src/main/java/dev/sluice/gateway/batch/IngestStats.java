package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import java.util.Map;

/**
 * What an ingest verticle did since it started. Once nothing is under way, {@code readingsIn} is
 * the sum of {@code readingsOut}, {@code unmoved}, {@code tooSoon} and {@code repeated}.
 *
 * <p>The maps are immutable and leave out what is zero.
 *
 * @param blocksIn blocks admitted
 * @param readingsIn readings in them
 * @param readingsOut readings that went into records
 * @param unmoved readings left out because they stayed within their deadband
 * @param tooSoon readings left out because of the minimum interval
 * @param repeated readings without a value left out because their point was known to be bad so
 * @param doubtful readings in records by their quality, those not good
 * @param refusedBlocks blocks refused by reason: {@code batch_full}, {@code stopping}, {@code
 *     fault}
 * @param refusedReadings readings in them
 * @param lostReadings readings admitted and then lost, by reason: {@code append_failed}, {@code
 *     too_large}
 * @param records data records that became durable
 * @param stateRecords device state records that became durable
 * @param lostStates device state records that did not
 * @param rawBytes of the data records closed so far, before compression
 * @param compressedBytes of the same, after it
 * @param pendingBytes admitted and not yet durable, before compression
 * @param waitingBlocks blocks whose permit is withheld
 */
public record IngestStats(
    long blocksIn,
    long readingsIn,
    long readingsOut,
    long unmoved,
    long tooSoon,
    long repeated,
    Map<Quality, Long> doubtful,
    Map<String, Long> refusedBlocks,
    Map<String, Long> refusedReadings,
    Map<String, Long> lostReadings,
    long records,
    long stateRecords,
    long lostStates,
    long rawBytes,
    long compressedBytes,
    long pendingBytes,
    long waitingBlocks) {}
