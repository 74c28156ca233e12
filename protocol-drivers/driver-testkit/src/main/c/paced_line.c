/*
 * The paced line: an RS-485 bus with Modbus RTU slaves at the other end of a pseudo-terminal, in
 * time as if there were a wire. For figures: it tells how well a master uses the bus.
 *
 *   paced_line [-b BAUD] [-c BITS] [-n SLAVES] [-t MICROS] [-d UNIT] [-s UNIT:MILLIS] [-x PERMILLE]
 *              [-r SEED] [-l SECONDS]
 *
 *   -b  speed, 9600          -d  a unit that never answers, none
 *   -c  bits a character, 10 -s  a unit that begins its answer so much later, none
 *   -n  slaves, 1 to N, 1    -x  replies of a thousand with a bit flipped, 0
 *   -t  turnaround, t3.5     -r  seed of the damage, 1
 *   -l  end after so long; without it when standard input ends
 *
 * Prints "line PATH", then waits for a master to open PATH. Lines on standard input: "baud N" sets
 * the speed, "dead N" makes a unit silent (0: none), "reset" begins a new window, "report" and the
 * end print its figures:
 *
 *   report use U seconds S answered N damaged N silent N bad N violations N shortest US late US
 *          lost US units N,N,...
 *
 * The wire. The pseudo-terminal delivers a request at once, a wire would take its time: seen at T,
 * a request of n characters ends at R = T + n characters. The slave stays silent for its
 * turnaround, t3.5 at least, and character i of its reply is delivered when its last bit would have
 * arrived, at R + turnaround + i characters. All of these are absolute times of CLOCK_MONOTONIC, so
 * that being late once makes nothing else late. t3.5 is 3.5 characters, 1750 us above 19200 baud
 * (MODBUS over Serial Line V1.02, 2.5.1.1).
 *
 * Violations. The request that follows has to leave t3.5 after the end of what was last on the
 * wire. One that is seen earlier is a violation; "shortest" is the shortest silence. There is no
 * tolerance: what is seen is never earlier than what was sent.
 *
 * Bus use. A perfect master begins its next request exactly t3.5 after the last character, so
 * one transaction takes it request + turnaround + reply + t3.5, from the first character of its
 * request to that of the next. Use is the sum of that over the good transactions of a window,
 * divided by what they took: from the first request of the window to the latest one, which is
 * a whole number of cycles. Above 1 the master cheats on t3.5. Damaged and missing replies are no
 * use. "late" is by how much, on average, we delivered the last character too late ourselves; it
 * counts against the master. "lost" is what the median of the good transactions took longer than
 * it had to: what the master is like when nobody disturbs it.
 *
 * Functions 3 and 4 are answered, others refused. Register a of unit u holds u * 7919 + a * 31 + 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { READ_REQUEST = 8, MAX_FRAME = 256, UNITS = 248, MAX_REGISTERS = 125, CYCLES = 8192 };

static const int64_t SECOND = 1000000000;

/* What being woken up can take; longest on virtual machines. */
static const int64_t WAKE_UP = 150000;

/* So long after its first characters an unfinished request is given up. */
static const int64_t UNFINISHED = 50000000;

static long baud = 9600;
static int bits = 10;
static int slaves = 1;
static int64_t turnaround;
static int dead;
static int slow;
static int64_t slowness;
static int permille;
static uint32_t chance = 1;
static int master;

/* The last transaction: what a perfect master needs for it, counted when the next one begins. */
static int64_t worth;
static int64_t last_end;

/* The window. */
static int64_t first;
static int64_t latest;
static int64_t useful;
static int64_t shortest;
static int64_t lateness;
static long answered, damaged, silent, bad, violations;
static long by_unit[UNITS];
static int32_t lost[CYCLES]; /* us; of the first so many */
static int cycles;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void sleep_until(int64_t when) {
  struct timespec t = {.tv_sec = when / SECOND, .tv_nsec = when % SECOND};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}

/* Where a microsecond counts against the master: sleeps less and looks at the clock for the rest. */
static void watch_until(int64_t when) {
  sleep_until(when - WAKE_UP);
  while (now() < when) {
  }
}

static int64_t characters(int count) { return count * bits * SECOND / baud; }

static int64_t t35(void) { return baud > 19200 ? 1750000 : characters(7) / 2; }

static uint32_t next_chance(void) {
  chance ^= chance << 13;
  chance ^= chance >> 17;
  chance ^= chance << 5;
  return chance;
}

static uint16_t crc16(const uint8_t *bytes, int length) {
  uint16_t crc = 0xFFFF;
  for (int i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
  }
  return crc;
}

static int with_crc(uint8_t *frame, int length) {
  uint16_t crc = crc16(frame, length);
  frame[length] = (uint8_t)crc;
  frame[length + 1] = (uint8_t)(crc >> 8);
  return length + 2;
}

/* How long the request will be whose beginning this is; 0 while that is not known. */
static int request_length(const uint8_t *bytes, int filled) {
  if (filled < 2) {
    return 0;
  }
  if (bytes[1] == 15 || bytes[1] == 16) {
    return filled < 7 ? 0 : 9 + bytes[6];
  }
  return READ_REQUEST;
}

static int make_reply(const uint8_t *request, uint8_t *reply) {
  int address = request[2] << 8 | request[3];
  int count = request[4] << 8 | request[5];
  reply[0] = request[0];
  reply[1] = request[1];
  if (request[1] != 3 && request[1] != 4) {
    reply[1] |= 0x80;
    reply[2] = 1;
    return with_crc(reply, 3);
  }
  if (count < 1 || count > MAX_REGISTERS || address + count > 65536) {
    reply[1] |= 0x80;
    reply[2] = count < 1 || count > MAX_REGISTERS ? 3 : 2;
    return with_crc(reply, 3);
  }
  reply[2] = (uint8_t)(2 * count);
  for (int i = 0; i < count; i++) {
    int value = request[0] * 7919 + (address + i) * 31 + 1;
    reply[3 + 2 * i] = (uint8_t)(value >> 8);
    reply[4 + 2 * i] = (uint8_t)value;
  }
  return with_crc(reply, 3 + 2 * count);
}

/* A request was first seen: the cycle of the one before it is over. */
static void begin(int64_t seen) {
  int64_t silence = seen - last_end;
  if (silence < t35()) {
    violations++;
  }
  if (first == 0) {
    first = seen;
  } else {
    useful += worth;
    if (worth > 0 && cycles < CYCLES) {
      lost[cycles++] = (int32_t)((seen - latest - worth) / 1000);
    }
    shortest = shortest == 0 || silence < shortest ? silence : shortest;
  }
  latest = seen;
  worth = 0;
}

static void serve(const uint8_t *request, int length, int64_t seen) {
  int64_t end = seen + characters(length);
  last_end = end;
  if (crc16(request, length) != 0) {
    bad++;
    return;
  }
  int unit = request[0];
  if (unit < 1 || unit > slaves || unit == dead) {
    silent++;
    return;
  }
  uint8_t reply[MAX_FRAME];
  int size = make_reply(request, reply);
  int64_t pause = turnaround > t35() ? turnaround : t35();
  if (unit == slow) {
    pause += slowness;
  }
  int flipped = permille > 0 && (int)(next_chance() % 1000) < permille;
  if (flipped) {
    int bit = (int)(next_chance() % (uint32_t)(8 * size));
    reply[bit / 8] ^= (uint8_t)(1 << bit % 8);
    damaged++;
  } else {
    answered++;
    by_unit[unit]++;
    worth = characters(length) + pause + characters(size) + t35();
  }
  for (int i = 0; i < size; i++) {
    int64_t due = end + pause + characters(i + 1);
    if (i == size - 1) {
      watch_until(due);
    } else {
      sleep_until(due);
    }
    last_end = now();
    if (write(master, reply + i, 1) != 1) {
      fprintf(stderr, "cannot write: %s\n", strerror(errno));
      exit(1);
    }
  }
  lateness += last_end - (end + pause + characters(size));
}

static void reset(void) {
  first = latest = useful = shortest = lateness = worth = 0;
  answered = damaged = silent = bad = violations = cycles = 0;
  memset(by_unit, 0, sizeof by_unit);
}

static int by_size(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static void report(void) {
  qsort(lost, (size_t)cycles, sizeof lost[0], by_size);
  int64_t taken = latest - first;
  long replies = answered + damaged;
  printf("report use %.4f seconds %.3f answered %ld damaged %ld silent %ld bad %ld violations %ld "
         "shortest %.0f late %.0f lost %d units ",
         taken == 0 ? 0.0 : (double)useful / (double)taken, (double)taken / 1e9, answered, damaged,
         silent, bad, violations, (double)shortest / 1e3,
         replies == 0 ? 0.0 : (double)lateness / 1e3 / (double)replies,
         cycles == 0 ? 0 : lost[cycles / 2]);
  for (int unit = 1; unit <= slaves; unit++) {
    printf("%s%ld", unit == 1 ? "" : ",", by_unit[unit]);
  }
  printf("\n");
}

/* Returns 0 when whoever started us is gone. */
static int command(void) {
  char line[64];
  if (fgets(line, sizeof line, stdin) == NULL) {
    return 0;
  }
  if (strcmp(line, "reset\n") == 0) {
    reset();
  } else if (strcmp(line, "report\n") == 0) {
    report();
  } else if (sscanf(line, "baud %ld", &baud) != 1 && sscanf(line, "dead %d", &dead) != 1) {
    fprintf(stderr, "unknown command %s", line);
    exit(2);
  }
  return 1;
}

static int usage(void) {
  fprintf(stderr, "usage: paced_line [-b BAUD] [-c BITS] [-n SLAVES] [-t MICROS] [-d UNIT]"
                  " [-s UNIT:MILLIS] [-x PERMILLE] [-r SEED] [-l SECONDS]\n");
  return 2;
}

/* Opens the pseudo-terminal; its other end stays open too, so that masters may come and go. */
static const char *open_terminal(void) {
  master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    fprintf(stderr, "no pseudo-terminal: %s\n", strerror(errno));
    exit(1);
  }
  const char *path = ptsname(master);
  int device = open(path, O_RDWR | O_NOCTTY);
  struct termios raw;
  if (device < 0 || tcgetattr(device, &raw) != 0) {
    fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
    exit(1);
  }
  cfmakeraw(&raw);
  tcsetattr(device, TCSANOW, &raw);
  return path;
}

int main(int argc, char **argv) {
  long seconds = 0;
  long millis = 0;
  for (int option = getopt(argc, argv, "b:c:n:t:d:s:x:r:l:"); option != -1;
       option = getopt(argc, argv, "b:c:n:t:d:s:x:r:l:")) {
    switch (option) {
      case 'b': baud = atol(optarg); break;
      case 'c': bits = atoi(optarg); break;
      case 'n': slaves = atoi(optarg); break;
      case 't': turnaround = atol(optarg) * 1000; break;
      case 'd': dead = atoi(optarg); break;
      case 's':
        if (sscanf(optarg, "%d:%ld", &slow, &millis) != 2) {
          return usage();
        }
        slowness = millis * 1000000;
        break;
      case 'x': permille = atoi(optarg); break;
      case 'r': chance = (uint32_t)atol(optarg); break;
      case 'l': seconds = atol(optarg); break;
      default: return usage();
    }
  }
  if (baud < 50 || (bits != 10 && bits != 11) || slaves < 1 || slaves >= UNITS || chance == 0 ||
      optind != argc) {
    return usage();
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  setvbuf(stdin, NULL, _IONBF, 0);
  /* A wire does not wait for its turn on a processor; where we may not ask for that, "late" tells. */
  prctl(PR_SET_TIMERSLACK, 1);
  struct sched_param urgent = {.sched_priority = 10};
  sched_setscheduler(0, SCHED_FIFO, &urgent);
  printf("line %s\n", open_terminal());

  int64_t over = now() + seconds * SECOND;
  uint8_t request[MAX_FRAME];
  int filled = 0;
  int64_t seen = 0;
  struct pollfd ends[2] = {{.fd = master, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (seconds == 0 || now() < over) {
    int64_t wait = filled > 0 ? seen + UNFINISHED - now() : seconds == 0 ? SECOND : over - now();
    int ready = wait <= 0 ? 0 : poll(ends, 2, (int)(wait / 1000000) + 1);
    if (ready <= 0) {
      bad += filled > 0;
      filled = 0;
      continue;
    }
    if (ends[0].revents & POLLIN) {
      if (filled == 0) {
        seen = now();
        begin(seen);
      }
      ssize_t n = read(master, request + filled, sizeof request - (size_t)filled);
      filled += n > 0 ? (int)n : 0;
      int length = request_length(request, filled);
      if (length > MAX_FRAME || (length > 0 && filled > length)) {
        bad++; /* more than one request can be */
        filled = 0;
      } else if (length > 0 && filled == length) {
        serve(request, length, seen);
        filled = 0;
      }
    }
    /* With -l standard input may end: whoever started us reads the report when the time is over. */
    if ((ends[1].revents & (POLLIN | POLLHUP)) && !command()) {
      if (seconds == 0) {
        break;
      }
      ends[1].fd = -1;
    }
  }
  report();
  return 0;
}
