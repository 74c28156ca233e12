/*
 * A Modbus TCP plant for figures: one port, any number of connections, one thread, no library.
 *
 *   modbus_plant PORT [still]
 *
 * PORT 0 takes a free one, printed as "listening PORT". Each connection is a device with 65,536
 * float32 values (high word first) at every even register; function 3 and 4 only, any unit.
 * Pipelined requests are answered in order, one write for all that one read brought.
 *
 * A read of register 0 begins a new cycle of its connection. In a cycle, value 0 is the number of
 * the cycle, value 1 the number of the connection; the others are what a plant is made of: a base
 * that tells them apart, a slow drift and noise, with one decimal, so that every value changes in
 * nearly every cycle. With "still" nothing ever changes and an answer costs next to nothing: for
 * comparing masters that share a core with it. A line "cycles" on standard input is answered by "cycles N", the sum over all
 * connections so far. Ends when standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST = 12, MAX_REPLY = 260, BUFFER = 64 * REQUEST };

struct connection {
  int fd;
  uint32_t number;
  uint32_t cycle;
  int filled;
  uint8_t in[BUFFER];
};

static uint8_t still[2 * 65536 + 2 * 125];
static int is_still;
static uint64_t cycles;
static uint32_t connections;
static int poller;

static uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ x >> 16;
}

static float value_of(const struct connection *c, uint32_t index) {
  if (index == 0) {
    return (float)c->cycle;
  }
  if (index == 1) {
    return (float)c->number;
  }
  /* A triangle of 600 cycles, 20.0 high, and noise of +-0.5; in tenths. */
  uint32_t phase = (c->cycle + index * 37) % 600;
  int drift = (int)(phase < 300 ? phase : 600 - phase) * 2 / 3;
  int noise = (int)(mix(c->number * 7919 + index * 104729 + c->cycle * 15485863) % 11) - 5;
  int tenths = 1000 + (int)(index % 50) * 40 + drift + noise;
  return (float)tenths / 10.0f;
}

/* Writes the value at an even register, or its half at an odd one; returns how many registers. */
static uint32_t put(const struct connection *c, uint32_t address, uint32_t left, uint8_t *out) {
  float value = value_of(c, address / 2);
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (address % 2 != 0) {
    bits <<= 16;
  }
  out[0] = (uint8_t)(bits >> 24);
  out[1] = (uint8_t)(bits >> 16);
  if (address % 2 != 0 || left < 2) {
    return 1;
  }
  out[2] = (uint8_t)(bits >> 8);
  out[3] = (uint8_t)bits;
  return 2;
}

/* Answers one request; returns the length of the reply. */
static int answer(struct connection *c, const uint8_t *request, uint8_t *reply) {
  uint32_t address = (uint32_t)request[8] << 8 | request[9];
  uint32_t count = (uint32_t)request[10] << 8 | request[11];
  memcpy(reply, request, 8);
  if ((request[7] != 3 && request[7] != 4) || count < 1 || count > 125) {
    reply[4] = 0;
    reply[5] = 3;
    reply[7] |= 0x80;
    reply[8] = request[7] == 3 || request[7] == 4 ? 3 : 1;
    return 9;
  }
  if (address == 0) {
    c->cycle++;
    cycles++;
  }
  uint32_t bytes = 2 * count;
  reply[4] = (uint8_t)((bytes + 3) >> 8);
  reply[5] = (uint8_t)(bytes + 3);
  reply[8] = (uint8_t)bytes;
  if (is_still) {
    memcpy(reply + 9, still + 2 * address, bytes);
  } else {
    for (uint32_t i = 0; i < count;) {
      i += put(c, address + i, count - i, reply + 9 + 2 * i);
    }
  }
  return (int)(9 + bytes);
}

static void drop(struct connection *c) {
  close(c->fd);
  free(c);
}

/* Everything we write fits a socket's buffer; a peer that lets it fill is cut off. */
static void serve(struct connection *c) {
  static uint8_t out[BUFFER / REQUEST * MAX_REPLY];
  ssize_t n = read(c->fd, c->in + c->filled, (size_t)(BUFFER - c->filled));
  if (n <= 0) {
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      drop(c);
    }
    return;
  }
  c->filled += (int)n;
  int used = 0;
  int length = 0;
  while (c->filled - used >= REQUEST) {
    const uint8_t *request = c->in + used;
    if (request[2] != 0 || request[3] != 0 || request[4] != 0 || request[5] != 6) {
      drop(c);
      return;
    }
    length += answer(c, request, out + length);
    used += REQUEST;
  }
  memmove(c->in, c->in + used, (size_t)(c->filled - used));
  c->filled -= used;
  if (length > 0 && write(c->fd, out, (size_t)length) != length) {
    drop(c);
  }
}

static void accept_all(int server) {
  for (;;) {
    int fd = accept4(server, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) {
      return;
    }
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL) {
      close(fd);
      return;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->fd = fd;
    c->number = ++connections;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

/* Returns 0 when whoever started us is gone. */
static int command(void) {
  char line[64];
  ssize_t n = read(STDIN_FILENO, line, sizeof line);
  if (n <= 0) {
    return 0;
  }
  if (n >= 6 && memcmp(line, "cycles", 6) == 0) {
    printf("cycles %llu\n", (unsigned long long)cycles);
  }
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "still") != 0)) {
    fprintf(stderr, "usage: modbus_plant PORT [still]\n");
    return 2;
  }
  is_still = argc == 3;
  for (uint32_t i = 0; is_still && i < sizeof still; i++) {
    still[i] = (uint8_t)mix(i);
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(server, (struct sockaddr *)&address, size) != 0 || listen(server, 1024) != 0) {
    fprintf(stderr, "cannot listen on port %s: %s\n", argv[1], strerror(errno));
    return 1;
  }
  getsockname(server, (struct sockaddr *)&address, &size);
  printf("listening %d\n", ntohs(address.sin_port));

  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poller, EPOLL_CTL_ADD, server, &event);
  struct epoll_event input = {.events = EPOLLIN, .data.ptr = &poller};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) {
    fprintf(stderr, "standard input has to be a pipe or a terminal\n");
    return 2;
  }
  for (;;) {
    struct epoll_event ready[256];
    int n = epoll_wait(poller, ready, 256, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.ptr == NULL) {
        accept_all(server);
      } else if (ready[i].data.ptr == &poller) {
        if (!command()) {
          return 0;
        }
      } else {
        serve(ready[i].data.ptr);
      }
    }
  }
}
