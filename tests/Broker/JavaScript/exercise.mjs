// Exercises the broker with Microsoft's JavaScript client and prints what came of it as one JSON document.
// Usage: node exercise.mjs <connection string> <queue>
import Long from "long";
import { ServiceBusClient } from "@azure/service-bus";

const [connectionString, queue] = process.argv.slice(2);
const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } });
const sender = client.createSender(queue);
const receiver = client.createReceiver(queue);
const deadLetters = client.createReceiver(queue, { subQueueType: "deadLetter" });
const found = {};

async function next(from = receiver, wait = 5_000) {
  const [message] = await from.receiveMessages(1, { maxWaitTimeInMs: wait });
  return message;
}

async function step(name, run) {
  found[name] = await run();
}

await step("send", async () => {
  await sender.sendMessages({ body: { driver: "d-1" }, messageId: "js-1", subject: "block", applicationProperties: { attempt: 2 } });
  const message = await next();
  const seen = {
    body: message.body,
    messageId: message.messageId,
    subject: message.subject,
    attempt: message.applicationProperties.attempt,
    deliveryCount: message.deliveryCount,
    state: message.state,
    locked: message.lockedUntilUtc > new Date(),
  };
  await receiver.completeMessage(message);
  return seen;
});

await step("nothingThere", async () => (await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 })).length);

await step("batch", async () => {
  const batch = await sender.createMessageBatch();
  for (const id of ["b1", "b2", "b3"]) {
    batch.tryAddMessage({ body: id, messageId: id });
  }
  await sender.sendMessages(batch);
  const ids = [];
  while (ids.length < 3) {
    for (const message of await receiver.receiveMessages(3, { maxWaitTimeInMs: 5_000 })) {
      ids.push(message.messageId);
      await receiver.completeMessage(message);
    }
  }
  return ids;
});

await step("abandon", async () => {
  await sender.sendMessages({ body: "again", messageId: "js-2" });
  await receiver.abandonMessage(await next(), { tried: "once" });
  const message = await next();
  const seen = { deliveryCount: message.deliveryCount, tried: message.applicationProperties.tried };
  await receiver.completeMessage(message);
  return seen;
});

await step("deadLetter", async () => {
  await sender.sendMessages({ body: "wrong", messageId: "js-3" });
  await receiver.deadLetterMessage(await next(), {
    deadLetterReason: "UnknownDriver",
    deadLetterErrorDescription: "no such driver",
    by: "test",
  });
  const message = await next(deadLetters);
  const seen = {
    messageId: message.messageId,
    reason: message.deadLetterReason,
    description: message.deadLetterErrorDescription,
    source: message.deadLetterSource,
    by: message.applicationProperties.by,
  };
  await deadLetters.completeMessage(message);
  return seen;
});

await step("schedule", async () => {
  const [later] = await sender.scheduleMessages({ body: "later", messageId: "js-4" }, new Date("2030-01-01T00:00:00Z"));
  const [peeked] = await receiver.peekMessages(1, { fromSequenceNumber: Long.fromNumber(1) });
  await sender.cancelScheduledMessages(later);
  const after = await receiver.peekMessages(1, { fromSequenceNumber: Long.fromNumber(1) });
  return { state: peeked.state, sameNumber: peeked.sequenceNumber.equals(later), left: after.length };
});

await step("renew", async () => {
  await sender.sendMessages({ body: "long", messageId: "js-5" });
  const message = await next();
  const before = message.lockedUntilUtc;
  const until = await receiver.renewMessageLock(message);
  await receiver.completeMessage(message);
  return { notEarlier: until >= before };
});

await step("peek", async () => {
  await sender.sendMessages([{ body: "p1", messageId: "p1" }, { body: "p2", messageId: "p2" }]);
  const peeked = await receiver.peekMessages(10, { fromSequenceNumber: Long.fromNumber(1) });
  const taken = [await next(), await next()];
  for (const message of taken) {
    await receiver.completeMessage(message);
  }
  return peeked.map((m) => m.messageId);
});

await step("defer", async () => {
  await sender.sendMessages({ body: "aside", messageId: "js-6" });
  const message = await next();
  await receiver.deferMessage(message);
  const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
  await receiver.completeMessage(deferred);
  return { messageId: deferred.messageId, state: deferred.state };
});

await step("settledTwice", async () => {
  await sender.sendMessages({ body: "once", messageId: "js-7" });
  const message = await next();
  await receiver.completeMessage(message);
  try {
    await receiver.renewMessageLock(message);
    return "renewed";
  } catch (error) {
    return error.code ?? error.message;
  }
});

await step("receiveAndDelete", async () => {
  const quick = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
  await sender.sendMessages({ body: "gone", messageId: "js-8" });
  const message = await next(quick);
  await quick.close();
  return { messageId: message.messageId, left: (await receiver.peekMessages(1, { fromSequenceNumber: Long.fromNumber(1) })).length };
});

await step("unknownQueue", async () => {
  try {
    await client.createSender("no-such-queue").sendMessages({ body: "x" });
    return "sent";
  } catch (error) {
    return error.code;
  }
});

await step("subscription", async () => {
  const ids = [];
  await sender.sendMessages([1, 2, 3, 4].map((n) => ({ body: n, messageId: `s${n}` })));
  let subscription;
  await new Promise((resolve, reject) => {
    subscription = receiver.subscribe(
      {
        processMessage: async (message) => {
          ids.push(message.messageId);
          if (ids.length === 4) {
            resolve();
          }
        },
        processError: async ({ error }) => reject(error),
      },
      { maxConcurrentCalls: 2 },
    );
  });
  await subscription.close();
  return ids.sort();
});

await client.close();
console.log(JSON.stringify(found));
