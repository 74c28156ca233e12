// The ThingsBoard gateway client of a Node-RED package: connects, reports, tells what it is sent.
// Arguments: host, port, access token. The host is on loopback whatever the name servers say.
const dns = require("dns");
dns.lookup = (host, options, callback) => {
  const done = callback || options;
  return options && options.all
    ? done(null, [{ address: "127.0.0.1", family: 4 }])
    : done(null, "127.0.0.1", 4);
};

const {
  ThingsboardMqttClient,
} = require("node-red-contrib-mobius-flow-thingsboard/dist/v2/thingsboard-mqtt-client-v2.js");

const [host, port, token] = process.argv.slice(2);
// The client always adds ":8883"; behind a "?" that is no port.
const client = new ThingsboardMqttClient(`${host}:${port}/?`, "edge", token, false);

client.on("attributes", (topic, values) => console.log(`attributes ${JSON.stringify(values)}`));
client.on("rpc", (topic, call) => console.log(`rpc ${topic} ${JSON.stringify(call)}`));
client.on("connected", async () => {
  client.registerDeviceAsConnected("Press");
  await client.updateDeviceTelemetry("Press", 1700000000000, { t: 42.1, on: true });
  await client.updateDeviceClientAttributes("Press", { fw: "1.0" });
  console.log("reported Press");
});

process.stdin.on("data", async () => {
  client.registerDeviceAsDisconnected("Press");
  await client.updateDeviceTelemetry("Oven", 1700000001000, { t: 180 });
  console.log("reported Oven");
});
process.stdin.on("end", () => process.exit(0));
