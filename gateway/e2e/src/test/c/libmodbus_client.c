/*
 * A Modbus RTU client on libmodbus, a peer of the end-to-end tests.
 *
 *   libmodbus_client PATH UNIT TABLE ADDRESS COUNT ...
 *
 * Reads from a serial port at 115200 8N1; TABLE is coil, discrete, holding or input, at most 100
 * addresses of it. Prints "TABLE ADDRESS VALUE" for each. Several reads may follow one another.
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 100 };

/* The silence between frames that the protocol asks for, and libmodbus does not keep. */
static void gap(void) {
  struct timespec time = {0, 1750000};
  nanosleep(&time, NULL);
}

static int read_table(modbus_t *modbus, const char *table, int address, int count) {
  uint8_t bits[MOST] = {0};
  uint16_t words[MOST] = {0};
  int is_words = strcmp(table, "holding") == 0 || strcmp(table, "input") == 0;
  int got;
  if (strcmp(table, "coil") == 0) {
    got = modbus_read_bits(modbus, address, count, bits);
  } else if (strcmp(table, "discrete") == 0) {
    got = modbus_read_input_bits(modbus, address, count, bits);
  } else if (strcmp(table, "holding") == 0) {
    got = modbus_read_registers(modbus, address, count, words);
  } else {
    got = modbus_read_input_registers(modbus, address, count, words);
  }
  if (got != count) {
    fprintf(stderr, "%s %d: %s\n", table, address, modbus_strerror(errno));
    return 1;
  }
  for (int i = 0; i < count; i++) {
    printf("%s %d %d\n", table, address + i, is_words ? words[i] : bits[i]);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 6 || argc % 3 != 0) {
    fprintf(stderr, "usage: libmodbus_client PATH UNIT TABLE ADDRESS COUNT ...\n");
    return 2;
  }
  modbus_t *modbus = modbus_new_rtu(argv[1], 115200, 'N', 8, 1);
  if (modbus == NULL || modbus_set_slave(modbus, atoi(argv[2])) != 0 ||
      modbus_connect(modbus) != 0) {
    fprintf(stderr, "cannot open %s: %s\n", argv[1], modbus_strerror(errno));
    return 1;
  }
  modbus_set_response_timeout(modbus, 5, 0);
  for (int i = 3; i < argc; i += 3) {
    int count = atoi(argv[i + 2]);
    if (count < 1 || count > MOST || read_table(modbus, argv[i], atoi(argv[i + 1]), count) != 0) {
      return 1;
    }
    gap();
  }
  modbus_close(modbus);
  modbus_free(modbus);
  return 0;
}
