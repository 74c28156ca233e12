/*
 * The measure for a Modbus RTU master: libmodbus.
 *
 *   libmodbus_rtu_client PATH [gap]
 *
 * Lines on standard input: "open BAUD" opens the port, or opens it again, and is answered "ready";
 * "run MILLIS" reads 10 holding registers of unit 1 again and again for that long, checks them, and
 * is answered by "rate REQUESTS_PER_SECOND CPU_SECONDS_PER_100000". Ends when standard input does.
 *
 * libmodbus knows no silence between frames: a reply is followed by the next request at once. With
 * "gap" we do what a careful user of it does and sleep for 3.5 characters (1750 us above 19200
 * baud) after each reply.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UNIT = 1, REGISTERS = 10, BITS = 10 };

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static modbus_t *open_port(const char *path, int baud) {
  modbus_t *modbus = modbus_new_rtu(path, baud, 'N', 8, 1);
  if (modbus == NULL || modbus_connect(modbus) != 0) {
    fprintf(stderr, "cannot open %s: %s\n", path, modbus_strerror(errno));
    exit(1);
  }
  modbus_set_slave(modbus, UNIT);
  modbus_set_response_timeout(modbus, 1, 0);
  return modbus;
}

static void read_once(modbus_t *modbus) {
  uint16_t registers[REGISTERS];
  if (modbus_read_registers(modbus, 0, REGISTERS, registers) != REGISTERS) {
    fprintf(stderr, "read failed: %s\n", modbus_strerror(errno));
    exit(1);
  }
  for (int i = 0; i < REGISTERS; i++) {
    if (registers[i] != UNIT * 7919 + i * 31 + 1) {
      fprintf(stderr, "register %d holds %d\n", i, registers[i]);
      exit(1);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "gap") != 0)) {
    fprintf(stderr, "usage: libmodbus_rtu_client PATH [gap]\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct timespec gap = {0};
  modbus_t *modbus = NULL;
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int baud;
    int millis;
    if (sscanf(line, "open %d", &baud) == 1) {
      if (modbus != NULL) {
        modbus_close(modbus);
        modbus_free(modbus);
      }
      modbus = open_port(argv[1], baud);
      gap.tv_nsec = argc == 2 ? 0 : baud > 19200 ? 1750000 : 3500000000L / baud * BITS;
      printf("ready 0\n");
      continue;
    }
    if (sscanf(line, "run %d", &millis) != 1 || modbus == NULL) {
      fprintf(stderr, "unknown command %s", line);
      return 2;
    }
    double start = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double end = start + millis / 1000.0;
    double now = start;
    long requests = 0;
    while (now < end) {
      read_once(modbus);
      requests++;
      if (gap.tv_nsec > 0) {
        nanosleep(&gap, NULL);
      }
      now = seconds(CLOCK_MONOTONIC);
    }
    printf("rate %.1f %.4f\n", (double)requests / (now - start),
           (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e5 / (double)requests);
  }
  return 0;
}
