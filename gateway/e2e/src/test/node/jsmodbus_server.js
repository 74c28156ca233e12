/*
 * A Modbus TCP server on npm's jsmodbus that answers out of order, a peer of the end-to-end tests.
 *
 *   node jsmodbus_server.js SEED MILLIS
 *
 * Holding register A holds (A * 31 + 7) mod 65536, whatever the unit. Each reply is kept back for a
 * time of its own, up to MILLIS. Listens on a free port of the loopback and prints "listening PORT".
 * A line "units" on standard input is answered by "unit NUMBER REPLIES WAITED OVERTOOK" for each
 * that was asked and "end": how many replies it sent, how many requests waited at most at once, and
 * how many replies were sent before one to an earlier request. Ends when standard input does.
 */
"use strict";

const net = require("net");
const readline = require("readline");
const modbus = require("jsmodbus");

let state = Number(process.argv[2]) >>> 0;
const longest = Number(process.argv[3]);

/* Chance that can be repeated: a linear congruential generator. */
function chance() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const registers = Buffer.alloc(2 * 2000);
for (let address = 0; address < 2000; address++) {
  registers.writeUInt16BE((address * 31 + 7) & 0xffff, 2 * address);
}

const units = new Map();

function statistics(unit) {
  if (!units.has(unit)) {
    units.set(unit, { replies: 0, waited: 0, overtook: 0 });
  }
  return units.get(unit);
}

const listener = net.createServer();
const server = new modbus.server.TCP(listener, { holding: registers });

server.on("connection", (client) => {
  const socket = client.socket;
  const waiting = []; // transaction ids in the order in which they came
  let bytes = Buffer.alloc(0);

  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  // Before the library's own listener: it answers at once.
  socket.prependListener("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 12) {
      waiting.push(bytes.readUInt16BE(0));
      const unit = statistics(bytes.readUInt8(6));
      unit.waited = Math.max(unit.waited, waiting.length);
      bytes = bytes.subarray(12);
    }
  });

  const write = socket.write.bind(socket);
  socket.write = (reply, done) => {
    setTimeout(() => {
      const place = waiting.indexOf(reply.readUInt16BE(0));
      const unit = statistics(reply.readUInt8(6));
      unit.replies++;
      unit.overtook += place > 0 ? 1 : 0;
      waiting.splice(place, 1);
      if (!socket.destroyed) {
        write(reply, done);
      }
    }, chance() * longest);
    return true;
  };
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "units") {
    for (const [number, unit] of units) {
      console.log(`unit ${number} ${unit.replies} ${unit.waited} ${unit.overtook}`);
    }
    console.log("end");
  }
});
process.stdin.on("end", () => process.exit(0));

listener.listen(0, "127.0.0.1", () => console.log(`listening ${listener.address().port}`));
