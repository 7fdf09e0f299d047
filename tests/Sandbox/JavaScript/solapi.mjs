// Exercises the sandbox's SMS gateway with the provider's own client and prints what came of it as one JSON document.
// Usage: SANDBOX=<address> node --import ./solapi-at-sandbox.mjs solapi.mjs <api key> <api secret> <registered sender>
import { createRequire } from "node:module";
import { SolapiMessageService, addMessageResultSchema, groupMessageResponseSchema, messageResponseItemSchema } from "solapi";
import { fault, print, refusal, step } from "./sandbox.mjs";

// The client checks some answers against its schemas and only declares others; those are checked here, with the library it uses itself.
const { Schema } = createRequire(createRequire(import.meta.url).resolve("solapi"))("effect");
const fits = (schema, value) => Schema.is(schema)(value);

const [apiKey, apiSecret, from] = process.argv.slice(2);
const solapi = new SolapiMessageService(apiKey, apiSecret);
const unregistered = "15990000";
const hour = 3_600_000;
const lms = (to, text, more) => ({ to, from, type: "LMS", subject: "안내", text, autoTypeDetect: false, ...more });
const described = ({ _tag, errorCode, httpStatus }) => ({ _tag, errorCode, httpStatus });
const count = ({ total, registeredSuccess, registeredFailed, sentTotal }) => ({ total, registeredSuccess, registeredFailed, sentTotal });

await step("lms", async () => {
  const answer = await solapi.send(lms("010-1234-5678", "안녕하세요\n\n둘째 문단"));
  return {
    count: count(answer.groupInfo.count),
    failed: answer.failedMessageList.length,
    fits: fits(groupMessageResponseSchema, answer.groupInfo),
  };
});

await step("many", async () => {
  const messages = [
    { to: "01000000001", from, text: "짧은 글", customFields: { key: "many-1" } },
    { to: "01000000002", from, text: "긴 글 ".repeat(30) },
    { to: "01000000003", from: unregistered, text: "미등록 발신번호" },
    { to: "01000000001", from, text: "같은 번호로 한 번 더" },
  ];
  const answer = await solapi.send(messages, { showMessageList: true });
  return {
    count: count(answer.groupInfo.count),
    failed: answer.failedMessageList.map((m) => [m.to, m.statusCode]),
    list: answer.messageList.map((m) => m.statusCode),
    fits: answer.messageList.every((m) => fits(messageResponseItemSchema, m)) && answer.failedMessageList.every((m) => fits(addMessageResultSchema, m)),
  };
});

let groupId;
await step("group", async () => {
  groupId = await solapi.createGroup(false, undefined, { key: "case-1:1" });
  const added = await solapi.addMessagesToGroup(groupId, lms("01012345678", "조치 결과 안내"));
  const before = await solapi.getGroup(groupId);
  const sent = await solapi.sendGroup(groupId);
  const after = await solapi.getGroup(groupId);
  const messages = Object.values((await solapi.getGroupMessages(groupId)).messageList);
  return {
    groupId,
    added: { errorCount: added.errorCount, codes: added.resultList.map((r) => r.statusCode) },
    before: before.status,
    sent: sent.status,
    after: after.status,
    count: count(after.count),
    customFields: after.customFields,
    program: [after.sdkVersion.split("/")[0], after.osPlatform.split(" ")[0]],
    messages: messages.map((m) => ({ to: m.to, subject: m.subject, statusCode: m.statusCode, autoTypeDetect: m.autoTypeDetect })),
    fits: fits(groupMessageResponseSchema, sent) && added.resultList.every((r) => fits(addMessageResultSchema, r)),
  };
});

await step("groupTwice", () => refusal(() => solapi.sendGroup(groupId), described));

await step("noGroup", () => refusal(() => solapi.getGroup("G4VNONE"), described));

await step("list", async () => {
  const found = async (filter) => Object.values((await solapi.getMessages(filter)).messageList);
  const [ofGroup] = await found({ groupId });
  const all = await found();
  const first = await solapi.getMessages({ limit: 2 });
  const second = await solapi.getMessages({ limit: 2, startKey: first.nextKey });
  const pages = [first, second].map((page) => Object.keys(page.messageList));
  return {
    all: all.length,
    byId: (await found({ messageId: ofGroup.messageId })).map((m) => m.groupId === groupId),
    byIds: (await found({ messageIds: [ofGroup.messageId, all.at(-1).messageId] })).length,
    byNumbers: (await found({ to: "01012345678", from })).length,
    byType: (await found({ type: "SMS" })).map((m) => m.text),
    byCode: (await found({ statusCode: "1062" })).map((m) => m.to),
    lately: (await found({ startDate: new Date(Date.now() - hour), endDate: new Date(Date.now() + hour), dateType: "UPDATED" })).length,
    later: (await found({ startDate: new Date(Date.now() + hour) })).length,
    pages: pages.map((keys) => keys.length),
    pagesInOrder: JSON.stringify(pages.flat()) === JSON.stringify(all.slice(0, 4).map((m) => m.messageId)),
  };
});

await step("balance", async () => (await solapi.getBalance()).balance);

await step("refused", () =>
  refusal(
    () => solapi.send({ ...lms("01000000004", "보내지 못함"), from: unregistered }),
    (error) => ({ _tag: error._tag, total: error.totalCount, codes: error.failedMessageList.map((m) => m.statusCode) }),
  ));

await step("wrongSecret", () => refusal(() => new SolapiMessageService(apiKey, "wrong secret").getBalance(), described));

await step("wrongKey", () => refusal(() => new SolapiMessageService("WRONGKEY", apiSecret).getBalance(), described));

await step("busy", async () => {
  await fault({ system: "sms", operation: "send-many", kind: "status", status: 503, times: 2 });
  return count((await solapi.send(lms("01000000005", "두 번 거절된 뒤"))).groupInfo.count);
});

await step("busyForLong", async () => {
  await fault({ system: "sms", operation: "send-many", kind: "status", status: 503, times: 4 });
  return refusal(() => solapi.send(lms("01000000006", "끝내 거절됨")), described);
});

await step("answerLost", async () => {
  await fault({ system: "sms", operation: "send-many", when: "after", kind: "status", status: 503 });
  return count((await solapi.send(lms("01000000007", "답을 잃음"))).groupInfo.count);
});

await step("answerOfGroupLost", async () => {
  const id = await solapi.createGroup();
  await solapi.addMessagesToGroup(id, lms("01000000008", "그룹의 답을 잃음"));
  await fault({ system: "sms", operation: "group-send", when: "after", kind: "status", status: 503 });
  const error = await refusal(() => solapi.sendGroup(id), described);
  return { error, status: (await solapi.getGroup(id)).status };
});

print();
