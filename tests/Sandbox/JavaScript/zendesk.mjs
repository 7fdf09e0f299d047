// Exercises the sandbox's CRM with a client many use and prints what came of it as one JSON document.
// Usage: SANDBOX=<address> node zendesk.mjs <e-mail> <api token> <ticket> <custom field> <closed ticket>
import zendesk from "node-zendesk";
import { fault, print, refusal, sandbox, step } from "./sandbox.mjs";

const [username, token, ...numbers] = process.argv.slice(2);
const [ticket, field, closedTicket] = numbers.map(Number);
const open = (more) =>
  zendesk.createClient({ username, token, endpointUri: `${sandbox}zendesk/api/v2`, throwOriginalException: true, ...more });
const client = open();
const described = ({ statusCode, result }) => ({ statusCode, error: result.error });
const shown = async () => (await client.tickets.show(ticket)).result;
const valueOf = (shownTicket) => shownTicket.custom_fields.find(({ id }) => id === field).value;

await step("show", async () => {
  const found = await shown();
  return {
    id: found.id,
    status: found.status,
    tags: found.tags,
    value: valueOf(found),
    sameInFields: JSON.stringify(found.fields) === JSON.stringify(found.custom_fields),
    requester: found.requester_id,
    submitter: found.submitter_id,
    description: found.description,
    created: found.created_at,
    updated: found.updated_at,
    url: found.url.startsWith(sandbox),
  };
});

await step("note", async () => {
  const comment = { body: "관리자 확인 <대기>\n둘째 줄", public: false };
  const { result } = await client.tickets.update(ticket, { ticket: { comment, custom_fields: [{ id: field, value: "penalty" }] } });
  return { value: valueOf(result), tags: result.tags };
});

await step("tags", async () => {
  const [added] = await client.tickets.addTags(ticket, { tags: ["penalty_filed"] });
  return { added: added.tags, now: (await shown()).tags };
});

await step("comments", async () => {
  const comments = await client.tickets.getComments(ticket);
  const { type, public: isPublic, html_body, plain_body, attachments, via, author_id } = comments.at(-1);
  return {
    bodies: comments.map(({ body }) => body),
    authors: comments.map((comment) => comment.author_id),
    last: { type, public: isPublic, html_body, plain_body, attachments, channel: via.channel, author_id },
    audits: new Set(comments.map(({ audit_id }) => audit_id)).size,
  };
});

await step("commentsByPages", async () => {
  const newestFirst = open({ query: { per_page: 2, sort_order: "desc" } });
  return (await newestFirst.tickets.getComments(ticket)).map(({ body }) => body);
});

await step("safeUpdate", async () => {
  const { updated_at } = await shown();
  const change = (tag) => ({ ticket: { tags: [tag], updated_stamp: updated_at, safe_update: "true" } });
  const { result } = await client.tickets.update(ticket, change("first"));
  const late = await refusal(() => client.tickets.update(ticket, change("second")), described);
  return { first: result.tags, late, now: (await shown()).tags };
});

await step("tooFast", async () => {
  await fault({ system: "crm", operation: "ticket-update", kind: "status", status: 429, retryAfterSeconds: 7 });
  // The client takes every answer with Retry-After for a 429 and gives the error back as the result.
  const { response, result } = await client.tickets.update(ticket, { ticket: { status: "pending" } });
  const seen = { retryAfter: response.headers.get("retry-after"), isError: result instanceof Error, ...described(result) };
  return { ...seen, status: (await shown()).status };
});

await step("wrongToken", () => refusal(() => open({ token: "wrong" }).tickets.show(ticket), described));

await step("unknownTicket", () => refusal(() => client.tickets.show(1), described));

await step("closedTicket", async () => ({
  update: await refusal(() => client.tickets.update(closedTicket, { ticket: { comment: { body: "늦음", public: false } } }), described),
  tags: await refusal(() => client.tickets.addTags(closedTicket, { tags: ["late"] }), described),
}));

await step("search", async () => {
  const text = "type:ticket tags:sweep updated>=2025-09-01T00:00:00Z updated<2025-09-02T00:00:00Z status<closed";
  const { result } = await client.search.query(text);
  const oldestFirst = open({ query: { per_page: 2, sort_by: "updated_at", sort_order: "asc" } });
  const all = await oldestFirst.search.queryAll(text);
  return {
    types: [...new Set(result.map(({ result_type }) => result_type))],
    ids: result.map(({ id }) => id).sort(),
    byPages: all.map(({ id, updated_at }) => [id, updated_at]),
    misspelt: await refusal(() => client.search.query("type:ticket tag:sweep"), described),
  };
});

await step("export", async () => {
  const byTwo = open({ query: { per_page: 2 } });
  const pages = [];
  // The client writes an argument that is left out as the text "undefined".
  for (let start = Date.parse("2025-09-01T00:00:00Z") / 1000, cursor = "", end = false; !end; start = "") {
    const { result } = await byTwo.ticketexport.exportCursor(start, cursor);
    pages.push(result.tickets.map(({ id }) => id));
    ({ after_cursor: cursor, end_of_stream: end } = result);
  }
  const tooRecent = await refusal(() => client.ticketexport.exportCursor(Math.floor(Date.now() / 1000), ""), described);
  return { pages, tooRecent };
});

print();
