using System.Globalization;
using LocalHost.Sandbox;
using Sandbox.Tests.JavaScript;

namespace Sandbox.Tests.Zendesk;

/// <summary>A client that many use (npm node-zendesk) against the sandbox.</summary>
public sealed class ZendeskClientTests(ZendeskClientTests.OneRun run) : IClassFixture<ZendeskClientTests.OneRun>
{
    private const long TicketId = 4711;
    private const long ClosedTicket = 4712;
    private const long Field = 360001;
    private const long Requester = 700077;

    [Fact]
    public void A_ticket_is_shown_with_its_people_fields_tags_and_stamps() => run.Found.Expect("show", $$"""
        {"id":{{TicketId}},"status":"open","tags":["complaint"],"value":"D-88","sameInFields":true,"requester":{{Requester}},
         "submitter":{{Requester}},"description":"기사님이 오지 않았어요","created":"2025-08-01T00:00:00Z","updated":"2025-08-01T00:00:00Z","url":true}
        """);

    [Fact]
    public void A_note_and_a_field_are_written_in_one_update()
    {
        run.Found.Expect("note", """{"value":"penalty","tags":["complaint"]}""");
        var note = Assert.Single(run.Received.Notes);
        Assert.Equal((TicketId, "관리자 확인 <대기>\n둘째 줄", false, run.Agent), (note.Ticket, note.Body, note.Public, note.Author));
        Assert.Equal("penalty", run.Ticket.Fields[Field]);
    }

    [Fact]
    public void Tags_are_added_to_those_there_are() => run.Found.Expect("tags", """
        {"added":["complaint","penalty_filed"],"now":["complaint","penalty_filed"]}
        """);

    [Fact]
    public void Comments_are_listed_oldest_first_with_who_wrote_them_and_how() => run.Found.Expect("comments", $$"""
        {"bodies":["기사님이 오지 않았어요","언제 연락 주시나요","관리자 확인 <대기>\n둘째 줄"],"authors":[{{Requester}},{{Requester}},{{run.Agent}}],
         "last":{"type":"Comment","public":false,
           "html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">관리자 확인 &lt;대기&gt;<br>둘째 줄</p></div>",
           "plain_body":"관리자 확인 <대기>\n둘째 줄","attachments":[],"channel":"api","author_id":{{run.Agent}}},"audits":3}
        """);

    [Fact]
    public void Pages_are_followed_to_the_last() => run.Found.Expect("commentsByPages", """
        ["관리자 확인 <대기>\n둘째 줄","언제 연락 주시나요","기사님이 오지 않았어요"]
        """);

    [Fact]
    public void Of_two_safe_updates_from_one_stamp_the_second_is_a_conflict()
    {
        run.Found.Expect("safeUpdate", """{"first":["first"],"late":{"statusCode":409,"error":"UpdateConflict"},"now":["first"]}""");
        Assert.Equal(["first"], run.Ticket.Tags);
    }

    [Fact]
    public void A_429_with_its_retry_after_is_told_and_changes_nothing() => run.Found.Expect("tooFast", """
        {"retryAfter":"7","isError":true,"statusCode":429,"error":"APIRateLimitExceeded","status":"open"}
        """);

    [Fact]
    public void A_wrong_token_is_401() => run.Found.Expect("wrongToken", """{"statusCode":401,"error":"Couldn't authenticate you"}""");

    [Fact]
    public void An_unknown_ticket_is_404() => run.Found.Expect("unknownTicket", """{"statusCode":404,"error":"RecordNotFound"}""");

    [Fact]
    public void A_closed_ticket_takes_neither_note_nor_tag() => run.Found.Expect("closedTicket", """
        {"update":{"statusCode":422,"error":"RecordInvalid"},"tags":{"statusCode":422,"error":"RecordInvalid"}}
        """);

    [Fact]
    public void A_sweep_finds_the_tagged_tickets_of_its_window_page_by_page() => run.Found.Expect("search", """
        {"types":["ticket"],"ids":[101,102,103],
         "byPages":[[102,"2025-09-01T00:00:00Z"],[103,"2025-09-01T12:00:00Z"],[101,"2025-09-01T23:59:59Z"]],
         "misspelt":{"statusCode":422,"error":"invalid"}}
        """);

    [Fact]
    public void An_export_gives_every_ticket_changed_since_but_for_the_last_minute() => run.Found.Expect("export", """
        {"pages":[[102,103],[105,101],[104]],"tooRecent":{"statusCode":400,"error":"StartTimeTooRecent"}}
        """);

    [Fact]
    public void Every_request_went_to_an_address_the_crm_has() =>
        Assert.DoesNotContain(run.Received.Requests, r => r.Operation == SandboxOperations.Unknown);

    public sealed class OneRun : IAsyncLifetime
    {
        internal NodeScript Found { get; private set; } = null!;

        internal ReceivedDocument Received { get; private set; } = null!;

        internal long Agent { get; private set; }

        internal TicketState Ticket => Received.Tickets.Single(t => t.Ticket == TicketId);

        public async Task InitializeAsync()
        {
            await using var world = await World.Start();
            foreach (var ticket in Tickets())
            {
                await world.Sandbox.SeedTicket(ticket);
            }

            var account = world.Options.Crm;
            Agent = account.AgentId;
            string[] numbers = [.. new[] { TicketId, Field, ClosedTicket }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            Found = await NodeScript.Run(world, "zendesk.mjs", "node-zendesk", null, [account.Email, account.ApiToken, .. numbers]);
            Received = await world.Sandbox.Received();
        }

        public Task DisposeAsync() => Task.CompletedTask;

        private static IEnumerable<SeededTicket> Tickets() =>
        [
            new()
            {
                Id = TicketId,
                RequesterId = Requester,
                Tags = ["complaint"],
                Fields = new Dictionary<long, string?> { [Field] = "D-88" },
                Comments = ["기사님이 오지 않았어요", "언제 연락 주시나요"],
                UpdatedAt = CrmCaller.At("2025-08-01T00:00:00Z"),
            },
            Tagged(ClosedTicket, "2025-08-01T00:00:00Z", "closed"),
            Tagged(101, "2025-09-01T23:59:59Z"),
            Tagged(102, "2025-09-01T00:00:00Z"),
            Tagged(103, "2025-09-01T12:00:00Z", "solved"),
            Tagged(104, "2025-09-02T00:00:00Z"),
            Tagged(105, "2025-09-01T13:00:00Z", "closed"),
        ];

        private static SeededTicket Tagged(long id, string updatedAt, string status = "open") => new()
        {
            Id = id,
            Status = status,
            Tags = ["sweep"],
            UpdatedAt = CrmCaller.At(updatedAt),
        };
    }
}
