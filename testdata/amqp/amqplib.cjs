// The scenarios that amqplib plays: node amqplib.cjs PORT NAME
"use strict";
const amqp = require("amqplib");
const { amqplain } = require("amqplib/lib/credentials");

const [port, name] = process.argv.slice(2);
const connect = (options) => amqp.connect(`amqp://guest:guest@127.0.0.1:${port}/`, options);

const check = (condition, what) => {
  if (!condition) throw new Error(what);
};

/** So many messages of a queue, each seen by `see`. */
const consume = (channel, queue, count, see, options) =>
  new Promise((resolve, reject) => {
    const seen = [];
    channel
      .consume(
        queue,
        (message) => {
          seen.push(message);
          see(message);
          if (seen.length === count) resolve(seen);
        },
        options,
      )
      .catch(reject);
  });

const scenarios = {
  async amqplain() {
    const connection = await connect({
      credentials: amqplain("guest", "guest"),
      clientProperties: { connection_name: "amqplain" },
    });
    await connection.close();
  },

  // RabbitMQ confirms many with one acknowledgement, if it can.
  async "amqplib-confirms"() {
    const connection = await connect();
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue("burst", { durable: true });
    for (let at = 0; at < 200; at++) channel.sendToQueue(queue, Buffer.from(`${at}`), { persistent: true });
    await channel.waitForConfirms();
    const { messageCount } = await channel.deleteQueue(queue);
    check(messageCount === 200, `${messageCount} messages`);
    await channel.close();
    await connection.close();
  },

  async "amqplib-consume"() {
    const connection = await connect();
    const channel = await connection.createChannel();
    await channel.assertExchange("news", "topic", { durable: false, autoDelete: true, alternateExchange: "amq.fanout" });
    const { queue } = await channel.assertQueue("", {
      exclusive: true, messageTtl: 60000, maxPriority: 5, deadLetterExchange: "", deadLetterRoutingKey: "late",
    });
    await channel.bindQueue(queue, "news", "#", { why: "all" });
    await channel.prefetch(2, false);
    await channel.prefetch(4, true);
    for (let at = 0; at < 6; at++) {
      channel.publish("news", `item.${at}`, Buffer.from(`news ${at}`), {
        contentType: "text/plain", headers: { at }, priority: at % 6, timestamp: 1700000000 + at, messageId: `m${at}`,
      });
    }
    const seen = await consume(channel, queue, 7, (message) => {
      const again = message.content.toString() === "news 3" && !message.fields.redelivered;
      if (again) channel.nack(message, false, true);
      else channel.ack(message);
    }, { consumerTag: "reader", priority: 2 });
    check(seen.filter((message) => message.fields.redelivered).length === 1, "nothing came again");
    await channel.cancel("reader");
    channel.publish("news", "last", Buffer.alloc(0), { mandatory: true });
    const last = await channel.get(queue);
    channel.reject(last || (await channel.get(queue)), false);
    await channel.recover();
    await channel.unbindQueue(queue, "news", "#", { why: "all" });
    await channel.close();
    await connection.close();
  },

  // Answers come to RabbitMQ's own queue, without one being declared.
  async "amqplib-rpc"() {
    const connection = await connect();
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.consume(queue, (request) => {
      const { replyTo, correlationId } = request.properties;
      channel.sendToQueue(replyTo, Buffer.from(`${request.content}!`), { correlationId });
    }, { noAck: true });
    const answers = consume(channel, "amq.rabbitmq.reply-to", 2, () => {}, { noAck: true });
    for (const correlationId of ["1", "2"]) {
      channel.sendToQueue(queue, Buffer.from(correlationId), { correlationId, replyTo: "amq.rabbitmq.reply-to" });
    }
    check((await answers)[1].content.toString() === "2!", "no answer");
    await channel.close();
    await connection.close();
  },

  async "amqplib-table-types"() {
    const typed = (type, value) => ({ "!": type, value });
    const headers = {
      t: false, b: -128, B: typed("uint8", 255), s: -32768, u: typed("uint16", 65535), I: -2147483648,
      i: typed("uint32", 4294967295), l: -(2 ** 50), f: typed("float", 1.5), tenth: typed("float", 0.1), d: 0.1,
      large: 1.7976931348623157e308, negative: typed("double", -0.0), D: typed("decimal", { places: 3, digits: 4294967295 }),
      S: "зима", x: Buffer.from([0, 1, 255]), A: [true, null, [], [1, [2, [3]]], {}, "text"], T: typed("timestamp", 1700000000),
      F: { empty: {}, deep: { deeper: { deepest: [{}] } } }, V: null, "": "",
    };
    const connection = await connect();
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue("", { exclusive: true, arguments: { note: headers } });
    channel.sendToQueue(queue, Buffer.from("x"), { headers });
    channel.sendToQueue(queue, Buffer.from("y"), { headers: {} });
    const [first] = await consume(channel, queue, 2, () => {}, { noAck: true });
    check(first.properties.headers.A.length === 6, "the array is another");
    await channel.close();
    await connection.close();
  },
};

scenarios[name]().catch((error) => {
  console.error(error);
  process.exit(1);
});
