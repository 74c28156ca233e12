/*
 * The measure for one Modbus TCP connection with one request in flight: libmodbus.
 *
 *   libmodbus_client PORT
 *
 * Each line "run MILLIS" on standard input reads 125 holding registers again and again for that
 * long, sums them, and is answered by "rate REQUESTS_PER_SECOND CPU_SECONDS_PER_100000". Ends when
 * standard input does.
 */
#include <errno.h>
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: libmodbus_client PORT\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  modbus_t *modbus = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  if (modbus == NULL || modbus_connect(modbus) != 0) {
    fprintf(stderr, "cannot connect to %s: %s\n", argv[1], modbus_strerror(errno));
    return 1;
  }
  modbus_set_slave(modbus, 1);
  char line[64];
  uint64_t sum = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    int millis;
    if (sscanf(line, "run %d", &millis) != 1) {
      fprintf(stderr, "unknown command %s", line);
      return 2;
    }
    double start = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double end = start + millis / 1000.0;
    double now = start;
    long requests = 0;
    while (now < end) {
      /* The clock is asked once per 16 requests: it is no part of what is measured. */
      for (int i = 0; i < 16; i++) {
        uint16_t registers[125];
        if (modbus_read_registers(modbus, 0, 125, registers) != 125) {
          fprintf(stderr, "read failed: %s\n", modbus_strerror(errno));
          return 1;
        }
        for (int r = 0; r < 125; r++) {
          sum += registers[r];
        }
        requests++;
      }
      now = seconds(CLOCK_MONOTONIC);
    }
    printf("rate %.1f %.4f\n", (double)requests / (now - start),
           (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e5 / (double)requests);
  }
  fprintf(stderr, "sum %llu\n", (unsigned long long)sum);
  return 0;
}
