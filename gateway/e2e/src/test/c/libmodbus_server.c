/*
 * A Modbus server on libmodbus, the peer of the end-to-end tests.
 *
 *   libmodbus_server PORT UNITS [ADDRESS]
 *   libmodbus_server PATH 1
 *
 * Listens on a TCP port, 0 for a free one, of an address, 127.0.0.1, or is unit 1 on a serial port at 115200 8N1. Prints on
 * standard output, one line each:
 *
 *   point NAME UNIT AT TYPE ORDER VALUE    what unit 1 holds, as libmodbus put it there; VALUE is
 *                                          the rest of the line
 *   listening PORT (or PATH)               last
 *
 * Every unit from 1 to UNITS holds a uint32 (high word first) in holding registers 0 and 1 that
 * goes up by one each time a read covers register 0, before the answer is made; registers 2 to 124
 * follow it, so that every reading changes at every poll. Each request to write registers is told as
 * "wrote UNIT ADDRESS". A line "counters" on standard input is
 * answered by "counter UNIT VALUE" for each unit and "end". Ends when standard input does: it
 * cannot outlive the test that started it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_UNITS = 247, LOAD_REGISTERS = 125, TABLE = 1000, SIZE = 1400 };

static modbus_mapping_t *units[MAX_UNITS + 1];
static uint32_t counters[MAX_UNITS + 1];
static int next_register = TABLE;

/* Reorders big-endian bytes as the four letters say, per register pair for 32 bit, and by the same
 * rule on the whole value for 64 bit. */
static void store(const char *order, const uint8_t *big, int size, uint16_t *registers) {
  int words = size / 2;
  int swap_words = order[0] == 'C' || order[0] == 'D';
  int swap_bytes = order[0] == 'B' || order[0] == 'D';
  for (int i = 0; i < words; i++) {
    const uint8_t *word = big + 2 * (swap_words ? words - 1 - i : i);
    registers[i] = swap_bytes ? (uint16_t)(word[1] << 8 | word[0]) : (uint16_t)(word[0] << 8 | word[1]);
  }
}

static void big_endian(uint64_t bits, int size, uint8_t *big) {
  for (int i = 0; i < size; i++) {
    big[i] = (uint8_t)(bits >> (8 * (size - 1 - i)));
  }
}

static int place(uint16_t **holding, uint16_t **input, int words) {
  int at = next_register;
  /* A hole now and then, so that merging neighbours has something to decide. */
  next_register += words + (at % 7 == 0 ? 3 : 0);
  if (at + words > TABLE + SIZE) {
    fprintf(stderr, "table full\n");
    exit(1);
  }
  *holding = units[1]->tab_registers + at;
  *input = units[1]->tab_input_registers + at;
  return at;
}

static void print_both(const char *name, int at, const char *type, const char *order, const char *value) {
  printf("point h_%s_%s 1 holding:%d %s %s %s\n", name, order, at, type, order, value);
  printf("point i_%s_%s 1 input:%d %s %s %s\n", name, order, at, type, order, value);
}

static void put(const char *name, const char *type, const char *order, uint64_t bits, int size, const char *value) {
  uint8_t big[8];
  uint16_t *holding;
  uint16_t *input;
  int at = place(&holding, &input, size / 2);
  big_endian(bits, size, big);
  store(order, big, size, holding);
  store(order, big, size, input);
  print_both(name, at, type, order, value);
}

/*
 * Laid out by the rule of the specification. libmodbus 3.1.6 has setters named after the orders, but
 * on this kind of machine modbus_set_float_abcd puts B A D C on the wire.
 */
static void put_float(const char *name, const char *order, float f, const char *value) {
  uint32_t bits;
  memcpy(&bits, &f, sizeof bits);
  put(name, "float32", order, bits, 4, value);
}

static void put_text(const char *name, const char *text, int registers) {
  uint16_t *holding;
  uint16_t *input;
  char type[32];
  int at = place(&holding, &input, registers);
  int length = (int)strlen(text);
  for (int i = 0; i < registers; i++) {
    int high = 2 * i < length ? (unsigned char)text[2 * i] : 0;
    int low = 2 * i + 1 < length ? (unsigned char)text[2 * i + 1] : 0;
    holding[i] = input[i] = (uint16_t)(high << 8 | low);
  }
  snprintf(type, sizeof type, "string:%d", registers);
  print_both(name, at, type, "ABCD", text);
}

static void fill_table(void) {
  static const char *orders[] = {"ABCD", "CDAB", "BADC", "DCBA"};
  static const float floats[] = {230.1f, -0.00123f, FLT_MAX, 16777217.0f};
  static const int64_t int32s[] = {INT32_MIN, INT32_MAX, -1, 123456789};
  static const uint64_t uint32s[] = {0, UINT32_MAX, 4000000000u, 65536};
  static const int64_t int64s[] = {INT64_MIN, INT64_MAX, -1, INT64_C(9007199254740993)};
  static const uint64_t uint64s[] = {0, UINT64_MAX, UINT64_C(9223372036854775808), UINT64_C(9007199254740993)};
  static const double doubles[] = {3.141592653589793, -1e-300, 1.7976931348623157e308, 0.1};
  static const int64_t int16s[] = {INT16_MIN, INT16_MAX, -1, 2301};
  static const uint64_t uint16s[] = {0, UINT16_MAX, 32768, 4660};
  char name[64];
  char value[64];
  for (int o = 0; o < 4; o++) {
    for (int i = 0; i < 4; i++) {
      snprintf(name, sizeof name, "f32_%d", i);
      snprintf(value, sizeof value, "%.9g", (double)floats[i]);
      put_float(name, orders[o], floats[i], value);
      snprintf(name, sizeof name, "i32_%d", i);
      snprintf(value, sizeof value, "%" PRId64, int32s[i]);
      put(name, "int32", orders[o], (uint64_t)int32s[i], 4, value);
      snprintf(name, sizeof name, "u32_%d", i);
      snprintf(value, sizeof value, "%" PRIu64, uint32s[i]);
      put(name, "uint32", orders[o], uint32s[i], 4, value);
      snprintf(name, sizeof name, "i64_%d", i);
      snprintf(value, sizeof value, "%" PRId64, int64s[i]);
      put(name, "int64", orders[o], (uint64_t)int64s[i], 8, value);
      snprintf(name, sizeof name, "u64_%d", i);
      snprintf(value, sizeof value, "%" PRIu64, uint64s[i]);
      put(name, "uint64", orders[o], uint64s[i], 8, value);
      uint64_t bits;
      memcpy(&bits, &doubles[i], sizeof bits);
      snprintf(name, sizeof name, "f64_%d", i);
      snprintf(value, sizeof value, "%.17g", doubles[i]);
      put(name, "float64", orders[o], bits, 8, value);
    }
    put("nan", "float32", orders[o], 0x7fc00000u, 4, "bad_value");
  }
  for (int i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "i16_%d", i);
    snprintf(value, sizeof value, "%" PRId64, int16s[i]);
    put(name, "int16", "ABCD", (uint64_t)int16s[i], 2, value);
    snprintf(name, sizeof name, "u16_%d", i);
    snprintf(value, sizeof value, "%" PRIu64, uint16s[i]);
    put(name, "uint16", "ABCD", uint16s[i], 2, value);
  }
  put_text("text", "Sluice-7", 4);
  put_text("padded", "pump", 6);
  uint16_t *holding;
  uint16_t *input;
  int flags = place(&holding, &input, 1);
  *holding = *input = 0xA501;
  for (int bit = 0; bit < 16; bit++) {
    const char *value_of_bit = (0xA501 >> bit & 1) != 0 ? "true" : "false";
    printf("point h_bit%d 1 holding:%d.%d bool ABCD %s\n", bit, flags, bit, value_of_bit);
    printf("point i_bit%d 1 input:%d.%d bool ABCD %s\n", bit, flags, bit, value_of_bit);
  }
  for (int i = 0; i < 37; i++) {
    int coil = i % 3 == 0;
    int discrete = i % 5 == 1;
    units[1]->tab_bits[100 + i] = (uint8_t)coil;
    units[1]->tab_input_bits[200 + i] = (uint8_t)discrete;
    printf("point coil%d 1 coil:%d bool ABCD %s\n", i, 100 + i, coil ? "true" : "false");
    printf("point discrete%d 1 discrete:%d bool ABCD %s\n", i, 200 + i, discrete ? "true" : "false");
  }
}

static void count_read(int unit) {
  uint32_t n = ++counters[unit];
  uint16_t *registers = units[unit]->tab_registers;
  registers[0] = (uint16_t)(n >> 16);
  registers[1] = (uint16_t)n;
  for (int i = 2; i < LOAD_REGISTERS; i++) {
    registers[i] = (uint16_t)(n + (uint32_t)(i * 31));
  }
}

static void answer(modbus_t *modbus, const uint8_t *query, int length, int count) {
  int header = modbus_get_header_length(modbus);
  int unit = query[header - 1];
  int function = query[header];
  int address = query[header + 1] << 8 | query[header + 2];
  if (unit < 1 || unit > count) {
    modbus_reply_exception(modbus, query, MODBUS_EXCEPTION_GATEWAY_TARGET);
    return;
  }
  if (function == MODBUS_FC_READ_HOLDING_REGISTERS && address == 0) {
    count_read(unit);
  }
  if (function == MODBUS_FC_WRITE_SINGLE_REGISTER || function == MODBUS_FC_WRITE_MULTIPLE_REGISTERS) {
    printf("wrote %d %d\n", unit, address);
  }
  modbus_reply(modbus, query, length, units[unit]);
}

/* Returns 0 when the tests are gone. */
static int command(int count) {
  char line[64];
  if (fgets(line, sizeof line, stdin) == NULL) {
    return 0;
  }
  if (strncmp(line, "counters", 8) == 0) {
    for (int i = 1; i <= count; i++) {
      printf("counter %d %" PRIu32 "\n", i, counters[i]);
    }
    printf("end\n");
  }
  return 1;
}

/* Until the tests are gone; frames that are damaged or for others are passed over. */
static int serve_serial(const char *path) {
  modbus_t *modbus = modbus_new_rtu(path, 115200, 'N', 8, 1);
  if (modbus == NULL || modbus_set_slave(modbus, 1) != 0 || modbus_connect(modbus) != 0) {
    fprintf(stderr, "cannot open %s: %s\n", path, modbus_strerror(errno));
    return 1;
  }
  printf("listening %s\n", path);
  int port = modbus_get_socket(modbus);
  for (;;) {
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(port, &ready);
    FD_SET(STDIN_FILENO, &ready);
    if (select(port + 1, &ready, NULL, NULL, NULL) < 0) {
      return 1;
    }
    if (FD_ISSET(STDIN_FILENO, &ready) && !command(1)) {
      return 0;
    }
    if (FD_ISSET(port, &ready)) {
      uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
      int length = modbus_receive(modbus, query);
      if (length > 0) {
        answer(modbus, query, length, 1);
      } else if (length < 0 && errno != EMBBADCRC && errno != ETIMEDOUT) {
        fprintf(stderr, "%s is lost: %s\n", path, modbus_strerror(errno));
        return 1;
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4 || atoi(argv[2]) < 1 || atoi(argv[2]) > MAX_UNITS) {
    fprintf(stderr, "usage: libmodbus_server PORT|PATH UNITS(1..247) [ADDRESS]\n");
    return 2;
  }
  int count = atoi(argv[2]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  setvbuf(stdin, NULL, _IONBF, 0);
  for (int i = 1; i <= count; i++) {
    units[i] = modbus_mapping_new(500, 500, TABLE + SIZE, TABLE + SIZE);
    if (units[i] == NULL) {
      fprintf(stderr, "out of memory\n");
      return 1;
    }
  }
  fill_table();
  if (argv[1][0] == '/') {
    return serve_serial(argv[1]);
  }

  modbus_t *modbus = modbus_new_tcp(argc == 4 ? argv[3] : "127.0.0.1", atoi(argv[1]));
  int server = modbus == NULL ? -1 : modbus_tcp_listen(modbus, 64);
  if (server < 0) {
    fprintf(stderr, "cannot listen on port %s: %s\n", argv[1], modbus_strerror(errno));
    return 1;
  }
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(server, (struct sockaddr *)&address, &size);
  printf("listening %d\n", ntohs(address.sin_port));

  fd_set open;
  FD_ZERO(&open);
  FD_SET(server, &open);
  FD_SET(STDIN_FILENO, &open);
  int highest = server;
  for (;;) {
    fd_set ready = open;
    if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
      return 1;
    }
    for (int fd = 0; fd <= highest; fd++) {
      if (!FD_ISSET(fd, &ready)) {
        continue;
      }
      if (fd == STDIN_FILENO) {
        if (!command(count)) {
          return 0;
        }
      } else if (fd == server) {
        int client = accept(server, NULL, NULL);
        int on = 1;
        if (client >= FD_SETSIZE) {
          close(client);
        } else if (client >= 0) {
          setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          FD_SET(client, &open);
          highest = client > highest ? client : highest;
        }
      } else {
        uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
        modbus_set_socket(modbus, fd);
        int length = modbus_receive(modbus, query);
        if (length > 0) {
          answer(modbus, query, length, count);
        } else if (length < 0) {
          close(fd);
          FD_CLR(fd, &open);
        }
      }
    }
  }
}
